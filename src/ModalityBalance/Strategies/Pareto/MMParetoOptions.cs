using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of MMPareto (Wei and Hu, ICML 2024).</summary>
public sealed record MMParetoOptions
{
    /// <summary>Factor gamma on every encoder's update, greater than 0; 1.5 by default, as in the paper. Optimizers
    /// that normalize their steps, Adam and its kin, cancel it.</summary>
    public double Gamma { get; init; } = ParetoIntegration.DefaultGamma;

    /// <summary>Over what the length of a conflicting update is restored; over the whole encoder by default (Eq. 16).
    /// </summary>
    public MMParetoRescale Rescale { get; init; } = MMParetoRescale.PerEncoder;

    internal void Check()
    {
        Require.Positive(Gamma);
        Require.Defined(Rescale);
    }
}

/// <summary>Over what the length of a conflicting update is restored.</summary>
public enum MMParetoRescale
{
    /// <summary>Over the encoder's whole gradient: one factor, so that the direction stays the min-norm one.</summary>
    PerEncoder,

    /// <summary>Over each parameter tensor by itself, as in the published code. It changes the direction and can turn
    /// the update against one of the two losses.</summary>
    PerTensor,
}
