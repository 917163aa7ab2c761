namespace ModalityBalance.Training;

/// <summary>When a learning-rate scheduler makes a step.</summary>
public enum SchedulerInterval
{
    /// <summary>After every epoch, and told the epoch's loss (on the validation data, if there is any).</summary>
    Epoch,

    /// <summary>After every step. Not for schedulers that watch a loss.</summary>
    Step,
}
