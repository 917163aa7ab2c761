using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of MetaBalance (He et al., WWW 2022).</summary>
public sealed record MetaBalanceOptions
{
    /// <summary>How close the lengths come: r in [0, 1], from not at all to equal. Defaults to 0.7, as in the published code.
    /// </summary>
    public double Relax { get; init; } = 0.7;

    /// <summary>The weight of the past in the moving averages of the lengths: beta, in [0, 1). Defaults to 0.9, as in the
    /// published code.</summary>
    public double Beta { get; init; } = 0.9;

    /// <summary>The gradients that are scaled. Defaults to <see cref="MetaBalanceRule.Both"/>, as in the published
    /// code.</summary>
    public MetaBalanceRule Rule { get; init; } = MetaBalanceRule.Both;

    /// <summary>Over what lengths are taken. Defaults to <see cref="MetaBalanceGranularity.PerTensor"/>, as in the published
    /// code.
    /// </summary>
    public MetaBalanceGranularity Granularity { get; init; } = MetaBalanceGranularity.PerTensor;

    internal void Check()
    {
        Require.InUnitInterval(Relax);
        Require.ProperShare(Beta);
        Require.Defined(Rule);
        Require.Defined(Granularity);
    }
}

/// <summary>Specifies which gradients MetaBalance scales.</summary>
public enum MetaBalanceRule
{
    /// <summary>All but that of the main loss.</summary>
    Both,

    /// <summary>Those that are longer than that of the main loss.</summary>
    Reduce,

    /// <summary>Those that are not longer than that of the main loss.</summary>
    Enlarge,
}

/// <summary>Over what MetaBalance takes the length of a gradient.</summary>
public enum MetaBalanceGranularity
{
    /// <summary>Over every parameter tensor by itself.</summary>
    PerTensor,

    /// <summary>Over all parameters of the encoder.</summary>
    PerEncoder,
}
