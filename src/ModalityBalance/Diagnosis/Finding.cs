namespace ModalityBalance.Diagnosis;

/// <summary>One thing that a diagnosis found.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="IsWarning">Whether it advises against something.</param>
/// <param name="Text">What was found, with its numbers.</param>
/// <param name="Rule">How it was decided.</param>
public sealed record Finding(FindingKind Kind, bool IsWarning, string Text, string Rule)
{
    /// <summary>Returns the text.</summary>
    public override string ToString() => Text;
}

/// <summary>The subject of a finding.</summary>
public enum FindingKind
{
    /// <summary>The share that a modality lost in joint training.</summary>
    Starvation,

    /// <summary>Whether G2D would prioritize the starved modality.</summary>
    Prioritization,

    /// <summary>The positions of I2MCL's alphas.</summary>
    Alpha,

    /// <summary>Whether fused and own loss conflict at an encoder.</summary>
    Conflict,
}
