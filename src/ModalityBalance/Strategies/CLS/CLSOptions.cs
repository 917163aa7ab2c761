using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of CLS (Wu et al., ICML 2022).</summary>
public sealed record CLSOptions
{
    /// <summary>The largest difference of speeds, in powers of ten, at which no modality is trained by itself. Finite and at
    /// least 0. Defaults to 0.01, as in the published code. Whether the paper's logarithm is natural could not be
    /// verified.</summary>
    public double Tolerance { get; init; } = 0.01;

    /// <summary>The number of steps in a row that train a modality by itself: Q, at least 1. Defaults to 5, as in the published
    /// code.
    /// </summary>
    public int Window { get; init; } = 5;

    /// <summary>The first epoch in which a modality may be trained by itself, at least 0. Defaults to 1. Speeds are measured from
    /// the first step on.</summary>
    public int StartEpoch { get; init; } = 1;

    /// <summary>The rule that decides which modality is trained by itself. Defaults to <see
    /// cref="CLSGuidance.Speeds"/>.</summary>
    public CLSGuidance Guidance { get; init; } = CLSGuidance.Speeds;

    /// <summary>Whether more than two modalities are allowed: the fastest is then compared with the slowest, which is this
    /// library's reading. Defaults to <see langword="false"/>, because the method is defined for two.</summary>
    public bool ManyModalities { get; init; }

    internal void Check()
    {
        Require.NonNegative(Tolerance);
        Require.AtLeast(1, Window);
        Require.AtLeast(0, StartEpoch);
        Require.Defined(Guidance);
    }
}

/// <summary>Specifies how CLS decides which modality to train by itself.</summary>
public enum CLSGuidance
{
    /// <summary>The conditional learning speeds.</summary>
    Speeds,

    /// <summary>Chance: in every step no modality or one of them, each as likely, drawn from TorchSharp's global generator. The
    /// paper's baseline.</summary>
    Random,
}
