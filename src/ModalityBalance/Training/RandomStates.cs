using ModalityBalance.Distributed;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The states of the random number generators of all processes of a run, in its checkpoints.</summary>
internal sealed class RandomStates(ProcessGroup processes, ProcessAgreement agreement) : IDisposable
{
    private Tensor? _pending;
    private bool _seedsNewly;

    /// <summary>Reads this process's state from a checkpoint, for <see cref="Restore"/>.</summary>
    public void Read(CheckpointFile file)
    {
        _pending = file.ReadRandomState(processes.Rank);
        _seedsNewly = _pending is null;
    }

    /// <summary>Moves the generator to where it was when the checkpoint was written, or seeds that of a process that did not
    /// exist then; once, before the first step.</summary>
    /// <param name="step">The number of that step, for the seed.</param>
    public void Restore(long step)
    {
        if (_seedsNewly)
        {
            random.manual_seed(unchecked((step * 1_000_003) + processes.Rank));
            _seedsNewly = false;
        }

        if (_pending is not null)
        {
            random.set_rng_state(_pending);
            _pending.Dispose();
            _pending = null;
        }
    }

    /// <summary>The states of all processes by their names in a checkpoint. Only process 0 may call it, while the others
    /// <see cref="TakePartInSaving"/>. The open dispose scope owns them.</summary>
    public Dictionary<string, Tensor> OfAll()
    {
        if (processes.Size == 1)
        {
            return new Dictionary<string, Tensor> { [TrainingSnapshot.RandomName(0)] = Own() };
        }

        agreement.FromFirst(1);
        return agreement.RandomStates(Own()).Index()
            .ToDictionary(entry => TrainingSnapshot.RandomName(entry.Index), entry => entry.Item);
    }

    /// <summary>Process 0 tells the others that it saves no more. Until then they send their states whenever it does.</summary>
    public void TakePartInSaving()
    {
        if (processes.Size > 1)
        {
            using var scope = NewDisposeScope();
            while (agreement.FromFirst(0) > 0)
            {
                agreement.RandomStates(Own());
            }
        }
    }

    public void Dispose() => _pending?.Dispose();

    private Tensor Own() => _pending ?? random.get_rng_state();
}
