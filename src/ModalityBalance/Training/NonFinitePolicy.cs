namespace ModalityBalance.Training;

/// <summary>Specifies how the trainer handles a loss, gradient or buffer that is not finite.</summary>
public enum NonFinitePolicy
{
    /// <summary>Stop with a <see cref="NonFiniteException"/>.</summary>
    Stop,

    /// <summary>Skip the step and continue. <see cref="EpochSummary.SkippedSteps"/> counts it.</summary>
    Skip,

    /// <summary>Check nothing. Nothing is read from the device, and a failed step is not rolled back.</summary>
    Ignore,
}
