namespace ModalityBalance.Training;

/// <summary>A run in progress, as its observers see it.</summary>
public sealed class TrainingRun
{
    internal TrainingRun(IMultimodalModel model, int epochs, int? stepsPerEpoch)
    {
        (Model, Epochs, StepsPerEpoch) = (model, epochs, stepsPerEpoch);
    }

    /// <summary>The network.</summary>
    public IMultimodalModel Model { get; }

    /// <summary>Epochs of the whole run.</summary>
    public int Epochs { get; }

    /// <summary>Steps in each epoch; null if unknown.</summary>
    public int? StepsPerEpoch { get; }

    /// <summary>The step at which the run starts, from 0; above 0 when it is resumed.</summary>
    public long Step { get; internal set; }

    /// <summary>The epoch at which the run starts, from 0.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Why training is to end before its last epoch; null as long as it is not.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Ends training, in good order, after the epoch under way. The first reason given counts.</summary>
    /// <param name="reason">For the result, a sentence.</param>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        StopReason ??= reason;
    }
}
