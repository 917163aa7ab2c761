namespace ModalityBalance.Diagnosis;

/// <summary>One thing that a diagnosis found.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="IsWarning">Whether it speaks against something that one might do.</param>
/// <param name="Text">What was found, with its numbers.</param>
/// <param name="Rule">How it was decided.</param>
public sealed record Finding(FindingKind Kind, bool IsWarning, string Text, string Rule);

/// <summary>What a finding is about.</summary>
public enum FindingKind
{
    /// <summary>What a modality lost in joint training.</summary>
    Starvation,

    /// <summary>Whether G2D would prioritize the starved modality.</summary>
    Prioritization,

    /// <summary>Where I2MCL's alphas stand.</summary>
    Alpha,

    /// <summary>Whether fused and own loss conflict at an encoder.</summary>
    Conflict,
}
