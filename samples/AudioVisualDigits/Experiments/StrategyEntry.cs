using ModalityBalance.Strategies;

namespace AudioVisualDigits.Experiments;

/// <summary>A strategy that the program offers.</summary>
/// <param name="Name">What the user calls it, in lower case.</param>
/// <param name="Description">What it does, in a few words.</param>
/// <param name="Create">Makes it for a run. A new one each time: strategies may keep state.</param>
internal sealed record StrategyEntry(string Name, string Description, Func<RunSettings, IGradientStrategy> Create)
{
    /// <summary>Gets whether the fused prediction learns. If not, it means something only where the fusion consists of
    /// the unimodal heads.</summary>
    public bool TrainsFusion { get; init; } = true;

    /// <summary>Gets whether the settings' distillation scale acts on it.</summary>
    public bool IsScaled { get; init; }

    /// <summary>Gets whether the fused prediction of a fusion learns.</summary>
    public bool LearnsFused(FusionEntry fusion) => TrainsFusion || fusion.FusesHeads;
}
