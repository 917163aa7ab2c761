using ModalityBalance.Diagnosis;
using ModalityBalance.Strategies;

namespace AudioVisualDigits.Experiments;

/// <summary>All strategies that the program offers. This is the only place that names them.</summary>
internal static class StrategyRegistry
{
    /// <summary>The strategy whose time the others' is measured by.</summary>
    public const string Yardstick = "joint";

    public const string Uniform = "uniform";

    // What these did in each step is worth a chart.
    public const string I2MCL = "i2mcl";
    public const string MMPareto = "mmpareto";
    public const string G2D = "g2d";

    /// <summary>What is compared when nothing is named.</summary>
    public static readonly IReadOnlyList<string> Defaults = [Yardstick, Uniform, "unimodal"];

    public static readonly IReadOnlyList<StrategyEntry> All =
    [
        new(Yardstick, "the fused loss alone", _ => new JointTraining()),
        new(Uniform, "the fused loss plus each modality's own", _ => new UniformBaseline()),
        new("umt", "joint with distillation of features", _ => new UMT(new UMTOptions { Weight = 1 })),
        new("pareto", "conventional Pareto integration", _ => new MGDA()),
        new(MMPareto, "Pareto integration with the sum's length", _ => new MMPareto()),
        new(I2MCL, "intra- and inter-modal curriculum", settings => new I2MCL(
            new I2MCLOptions { DistillationScale = settings.DistillationScale })) { IsScaled = true },
        new(G2D, "distillation, the weaker modality first", settings => new G2D(
            new G2DOptions { PhaseEpochs = [settings.PrioritisedEpochs] })),
        new("unimodal", "each modality by itself", _ => new UnimodalTraining()) { TrainsFusion = false },
    ];

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(entry => entry.Name)];

    /// <summary>Gets names and descriptions as a phrase.</summary>
    public static string Description => string.Join(", ", All.Select(entry => $"{entry.Name} ({entry.Description})"));

    /// <summary>Gets the name of a strategy that a diagnosis advises.</summary>
    public static string NameOf(AdvisedStrategy strategy) => strategy switch
    {
        AdvisedStrategy.Joint => Yardstick,
        AdvisedStrategy.Uniform => Uniform,
        AdvisedStrategy.MMPareto => MMPareto,
        AdvisedStrategy.I2MCL => I2MCL,
        _ => G2D,
    };

    /// <summary>Gets a strategy by its name.</summary>
    public static StrategyEntry Of(string name) => All.Single(entry => entry.Name == name);
}
