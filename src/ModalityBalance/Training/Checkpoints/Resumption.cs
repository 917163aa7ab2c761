using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>A checkpoint that a run goes on from: the run's state, and what it gives to those who come later, which is
/// best weights that observers carry, the observers' own state, and the random generator.</summary>
internal sealed class Resumption : IDisposable
{
    private CheckpointFile? _file;

    /// <exception cref="InvalidDataException">It is none, or damaged.</exception>
    public Resumption(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        _file = CheckpointFile.Open(path);
        PendingRandomNumbers = _file.RandomNumbers();
    }

    /// <summary>The checkpoint, in full.</summary>
    public string Path { get; }

    /// <summary>Where the random generator is to be put; null once it is there.</summary>
    public Tensor? PendingRandomNumbers { get; private set; }

    /// <summary>Puts a run where it was. Opens no dispose scope, to which the optimizer's momentum would belong.</summary>
    /// <exception cref="InvalidDataException">It is another run; nothing was changed.</exception>
    public void Restore(TrainingState state)
    {
        var content = _file!.Content;
        state.Identity.CheckSameAs(content.Identity, Path);
        state.Epochs.AddRange(content.Epochs);
        (state.Step, state.StopReason) = (content.Step, content.StopReason);
        state.Sums.Restore(content.Sums);
        state.Rates.Replay(state.Step, state.Epochs.Select(epoch => epoch.Validation?.Loss ?? epoch.Loss));
        state.Rates.CheckKept(() => _file.LoadOptimizer(state.Optimizer), Path);
        _file.LoadStrategy(state.Strategy.State);
        _file.LoadModel(state.Model.Root);
    }

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
        if (PendingRandomNumbers is not null)
        {
            random.set_rng_state(PendingRandomNumbers);
            PendingRandomNumbers.Dispose();
            PendingRandomNumbers = null;
        }
    }

    public void Dispose()
    {
        _file?.Dispose();
        PendingRandomNumbers?.Dispose();
    }
}
