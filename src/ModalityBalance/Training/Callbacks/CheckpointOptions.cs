namespace ModalityBalance.Training;

/// <summary>When checkpoints are written, and how many are kept.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Steps between two checkpoints, at least 1; null, the default, for none but those of epochs.</summary>
    public int? EverySteps { get; init; }

    /// <summary>Epochs between two checkpoints, at least 1; 1 by default. The last epoch always has one.</summary>
    public int EveryEpochs { get; init; } = 1;

    /// <summary>How many are kept, at least 1, the newest; 2 by default, so that there is one to fall back on.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>Whether the best epoch on the validation data has a checkpoint of its own, <c>best.checkpoint</c>; false
    /// by default.</summary>
    public bool KeepBest { get; init; }

    /// <summary>Invoked when a checkpoint cannot be written or an old one cannot be removed; training continues. Null,
    /// the default, for an end of training with that error. Earlier checkpoints are there in both cases.</summary>
    public Action<IOException>? OnFailure { get; init; }

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(EverySteps ?? 1, 1, nameof(EverySteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(EveryEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Keep, 1);
    }
}
