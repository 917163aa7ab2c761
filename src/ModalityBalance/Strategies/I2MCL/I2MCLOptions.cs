using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>
/// The variants of I2MCL (Zhou et al., ACM MM 2023). The defaults are the full method with the paper's numbers.
/// </summary>
public sealed record I2MCLOptions
{
    /// <summary>Distillation only ("KD" in the paper's Table 6): every encoder learns from the task and from its teacher. The
    /// loss is a sum over features; <see cref="UMT"/> takes the mean.</summary>
    public static I2MCLOptions DistillationOnly => new() { Schedule = I2MCLSchedule.Both, WeighSamples = false };

    /// <summary>Distillation with only the intra-modal curriculum.</summary>
    public static I2MCLOptions IntraModal => new() { Schedule = I2MCLSchedule.Both };

    /// <summary>Distillation with only the inter-modal curriculum.</summary>
    public static I2MCLOptions InterModal => new() { WeighSamples = false };

    /// <summary>The rule by which encoders learn from the task or from their teachers. Defaults to alpha (Eq. 17).</summary>
    public I2MCLSchedule Schedule { get; init; } = I2MCLSchedule.ByAlpha;

    /// <summary>The modality that learns from the task when the schedule is <see cref="I2MCLSchedule.Fixed"/>; the
    /// first by default.</summary>
    public int TaskModality { get; init; }

    /// <summary>Whether samples are weighed (the intra-modal curriculum, Eq. 12); true by default.</summary>
    public bool WeighSamples { get; init; } = true;

    /// <summary>The place at which alpha compares gradients. Defaults to the representations (Eq. 16).</summary>
    public I2MCLAlpha Alpha { get; init; } = I2MCLAlpha.AtRepresentations;

    /// <summary>Momentum gamma of the thresholds (Eq. 8), in [0, 1]; 0.9 by default, as in the paper.</summary>
    public double Gamma { get; init; } = SelfPacedCurriculum.DefaultGamma;

    /// <summary>Strength beta of the sample weights' regularizer (Eq. 11), at least 0; 1 by default, as in the paper.
    /// 0 gives weights e and 0.</summary>
    public double Beta { get; init; } = SelfPacedWeight.DefaultBeta;

    /// <summary>Factor on the distillation losses before anything else, greater than 0; 1 by default, as in the paper.
    /// The losses are sums over features (Eq. 7): with wide representations they dwarf the task loss and alpha sticks
    /// at its ends, so that ties decide. 1 / sqrt(width) brings it away from them; where an encoder still collapses,
    /// its probe falling with the loss, clip the gradient or go towards 1 / width.</summary>
    public double DistillationScale { get; init; } = 1;

    internal void Check()
    {
        Require.Defined(Schedule);
        Require.Defined(Alpha);
        Require.AtLeast(0, TaskModality);
        Require.InUnitInterval(Gamma);
        Require.NonNegative(Beta);
        Require.Positive(DistillationScale);
    }
}

/// <summary>Specifies which loss each encoder learns from.</summary>
public enum I2MCLSchedule
{
    /// <summary>The modality with the largest alpha from the task, every other from its teacher (Eq. 17-20).</summary>
    ByAlpha,

    /// <summary>Every encoder from the task and from its teacher, added.</summary>
    Both,

    /// <summary>Every encoder from the task.</summary>
    AllTask,

    /// <summary>Every encoder from its teacher.</summary>
    AllTeacher,

    /// <summary>One given modality from the task, every other from its teacher.</summary>
    Fixed,

    /// <summary>Every encoder from alpha times distillation and 1 - alpha times task: the min-norm point itself.
    /// </summary>
    Mixed,

    /// <summary>Every encoder from alpha times task and 1 - alpha times distillation.</summary>
    MixedReversed,
}

/// <summary>Specifies where the gradients of task and distillation are compared.</summary>
public enum I2MCLAlpha
{
    /// <summary>At the representations, without passing an encoder (Eq. 14 and 16).</summary>
    AtRepresentations,

    /// <summary>At the encoders' parameters, exactly (Eq. 13): two more backward passes per encoder.</summary>
    AtParameters,
}
