using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of PMR (Fan et al., CVPR 2023).</summary>
public sealed record PMROptions
{
    /// <summary>The weight of the prototypical cross entropy: alpha, finite and at least 0. Defaults to 1; the paper uses 1 or 2.
    /// </summary>
    public double Alpha { get; init; } = 1;

    /// <summary>The weight of the prototypical entropy: mu, finite and at least 0. Defaults to 0.01; the paper uses 0.01 or
    /// 0.001.
    /// </summary>
    public double Mu { get; init; } = 0.01;

    /// <summary>The number of epochs at the beginning in which the entropy of the surest modality is raised, at least 0. Defaults
    /// to 0: the paper says the first few, without a number, and the published code leaves the term out.</summary>
    public int RegularizedEpochs { get; init; }

    /// <summary>The weight of the old prototypes when they are moved: epsilon, in [0, 1]. Defaults to 0.2, as in the published
    /// code.</summary>
    public double Momentum { get; init; } = 0.2;

    /// <summary>The share of the training batches from which prototypes are computed before every epoch, in (0, 1]. Defaults to
    /// 0.1, as in the paper, where less than 0.05 hurts.</summary>
    public double PrototypeShare { get; init; } = 0.1;

    /// <summary>The first epoch in which prototypes are used, at least 0. Defaults to 0.</summary>
    public int StartEpoch { get; init; }

    /// <summary>The last epoch in which prototypes are used, at least <see cref="StartEpoch"/>. Defaults to 100, as in the
    /// published code.</summary>
    public int EndEpoch { get; init; } = 100;

    /// <summary>How the lag of a modality becomes a factor. Defaults to <see cref="PMRRule.Clipped"/>, the paper's Eq.
    /// 11.</summary>
    public PMRRule Rule { get; init; } = PMRRule.Clipped;

    internal void Check()
    {
        Require.NonNegative(Alpha);
        Require.NonNegative(Mu);
        Require.AtLeast(0, RegularizedEpochs);
        Require.InUnitInterval(Momentum);
        Require.PositiveShare(PrototypeShare);
        Require.AtLeast(0, StartEpoch);
        Require.AtLeast(StartEpoch, EndEpoch);
        Require.Defined(Rule);
    }
}

/// <summary>How PMR turns the lag of a modality into the factor on its prototypical cross entropy.</summary>
public enum PMRRule
{
    /// <summary>The ratio of the probabilities less 1, clipped to [0, 1] (Eq. 11).</summary>
    Clipped,

    /// <summary>1 for every modality behind the surest, as in the published code.</summary>
    AllOrNothing,
}
