using ModalityBalance.Models;

namespace ModalityBalance.Training;

/// <summary>A run in progress: where it is, and what its observers may ask of it.</summary>
public sealed class TrainingRun
{
    private readonly TrainingState _state;
    private bool _isStarted;

    internal TrainingRun(TrainingState state, int epochs, int? stepsPerEpoch, bool hasValidation)
    {
        (_state, Epochs, StepsPerEpoch, HasValidation) = (state, epochs, stepsPerEpoch, hasValidation);
    }

    /// <summary>The network.</summary>
    public IMultimodalModel Model => _state.Model;

    /// <summary>Epochs of the whole run.</summary>
    public int Epochs { get; }

    /// <summary>Steps in each epoch; null if unknown.</summary>
    public int? StepsPerEpoch { get; }

    /// <summary>Whether every epoch ends with a validation.</summary>
    public bool HasValidation { get; }

    /// <summary>The epoch under way, from 0. While observers are told of an epoch's end, it is the next one.</summary>
    public int Epoch => _state.Epochs.Count;

    /// <summary>Steps that are done, those that were skipped included. Above 0 at the start of a run that is resumed.
    /// </summary>
    public long Step => _state.Step;

    /// <summary>The checkpoint that the run goes on from, its full path; null if it begins anew.</summary>
    public string? ResumedFrom => _state.Resumption?.Path;

    /// <summary>The learning rate of each parameter group in the next step.</summary>
    public IReadOnlyList<double> LearningRates => _state.Rates.At(Step);

    /// <summary>The learning rate of each parameter group in the last step that moved the parameters; empty before the
    /// first since training started or was resumed.</summary>
    public IReadOnlyList<double> LastLearningRates => _state.Rates.Last;

    /// <summary>The epoch so far with the highest primary score on the validation data; null without any.</summary>
    public int? BestEpoch => _state.BestEpoch;

    /// <summary>Why training is to end before its last epoch; null as long as it is not.</summary>
    public string? StopReason => _state.StopReason;

    /// <summary>Ends training, in good order, after the epoch under way. The first reason given counts.</summary>
    /// <param name="reason">For the result, a sentence.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        _state.StopReason ??= reason;
    }

    /// <summary>Writes a checkpoint from which the run can be resumed exactly here; call it from an observer's hook, but
    /// not before <see cref="ITrainingObserver.OnEpochStart"/>. The file is written beside its place and moved there when
    /// it is whole.</summary>
    /// <param name="path">The file; one that is there is replaced. Its folder must exist.</param>
    /// <exception cref="InvalidOperationException">Observers are still told of the start: not all have the state yet that
    /// the checkpoint would hold.</exception>
    /// <exception cref="IOException">The file cannot be written, or access is denied; what was there is as it was.
    /// </exception>
    /// <exception cref="NotSupportedException">The optimizer cannot be saved: it is none of TorchSharp's own.
    /// </exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (!_isStarted)
        {
            throw new InvalidOperationException(
                "A run must have started to be saved, but its observers are still told of the start: save it from "
                + "OnEpochStart on.");
        }

        WriteAccess.Attempt(nameof(path), path, () => CheckpointFile.Write(path, _state));
    }

    /// <summary>Gives observers the state that they had, once all know the run. From here on it can be saved.</summary>
    internal void Start()
    {
        _state.Resumption?.RestoreObservers(_state.Observers);
        _isStarted = true;
    }

    /// <summary>Lets checkpoints carry further weights. If the run is resumed, they get what its checkpoint holds.
    /// </summary>
    internal void Carry(string name, BestWeights best) => _state.Carry(name, best);

    /// <summary>Disposes something when the run is over, however it ends.</summary>
    internal void Hold(IDisposable resource) => _state.Held.Add(resource);
}
