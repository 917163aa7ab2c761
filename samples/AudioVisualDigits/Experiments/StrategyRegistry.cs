using ModalityBalance.Strategies;

namespace AudioVisualDigits.Experiments;

/// <summary>All strategies that the program offers. This is the only place that names them.</summary>
internal static class StrategyRegistry
{
    /// <summary>The strategy whose time the others' is measured by.</summary>
    public const string Yardstick = "joint";

    /// <summary>What is compared when nothing is named.</summary>
    public static readonly IReadOnlyList<string> Defaults = [Yardstick, "uniform", "unimodal"];

    public static readonly IReadOnlyList<StrategyEntry> All =
    [
        new(Yardstick, "the fused loss alone", _ => new JointTraining()),
        new("uniform", "the fused loss plus each modality's own", _ => new UniformBaseline()),
        new("unimodal", "each modality by itself", _ => new UnimodalTraining()) { TrainsFusion = false },
    ];

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(entry => entry.Name)];

    /// <summary>Gets names and descriptions as a phrase.</summary>
    public static string Description => string.Join(", ", All.Select(entry => $"{entry.Name} ({entry.Description})"));

    /// <summary>Gets a strategy by its name.</summary>
    public static StrategyEntry Of(string name) => All.Single(entry => entry.Name == name);
}
