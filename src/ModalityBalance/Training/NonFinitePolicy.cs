namespace ModalityBalance.Training;

/// <summary>What to do when a step's loss or gradient is not finite.</summary>
public enum NonFinitePolicy
{
    /// <summary>Stop with a <see cref="NonFiniteException"/>.</summary>
    Stop,

    /// <summary>Leave the step out, count it, and go on.</summary>
    Skip,

    /// <summary>Do not look: nothing is read from the device, and nothing is guarded.</summary>
    Ignore,
}
