namespace ModalityBalance.Training;

/// <summary>What to do when a step's loss, gradient or buffer is not finite.</summary>
public enum NonFinitePolicy
{
    /// <summary>Stop with a <see cref="NonFiniteException"/>.</summary>
    Stop,

    /// <summary>Skip the step and continue. <see cref="EpochSummary.SkippedSteps"/> counts it.</summary>
    Skip,

    /// <summary>Check nothing. Nothing is read from the device, and a failed step is not rolled back.</summary>
    Ignore,
}
