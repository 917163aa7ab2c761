using static TorchSharp.torch;

namespace ModalityBalance.Training.Checkpoints;

/// <summary>What a checkpoint gives to those who come later than the run's state: best weights that observers carry, the
/// observers' own state, and the random generator.</summary>
internal sealed class Resumption(CheckpointFile file) : IDisposable
{
    private Tensor? _randomNumbers = file.RandomNumbers();
    private CheckpointFile? _file = file;

    /// <summary>Fills best weights, if the checkpoint has them and observers are still to come.</summary>
    public void LoadBest(string name, BestWeights best) => _file?.LoadBest(name, best);

    /// <summary>Gives each observer the state that it had, and closes the file.</summary>
    public void RestoreObservers(IReadOnlyList<ITrainingObserver> observers)
    {
        foreach (var (key, observer) in CheckpointContent.Keyed(observers))
        {
            if (_file?.Content.Observers.GetValueOrDefault(key) is { } state)
            {
                observer.SetState(state);
            }
        }

        _file?.Dispose();
        _file = null;
    }

    /// <summary>Puts the random generator where it was when the checkpoint was written; once, before the first step.
    /// </summary>
    public void RestoreRandomNumbers()
    {
        if (_randomNumbers is not null)
        {
            random.set_rng_state(_randomNumbers);
            _randomNumbers.Dispose();
            _randomNumbers = null;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        _randomNumbers?.Dispose();
    }
}
