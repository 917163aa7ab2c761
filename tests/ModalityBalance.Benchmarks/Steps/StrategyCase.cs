using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Strategies;

namespace ModalityBalance.Benchmarks.Steps;

/// <summary>A strategy, in one of its phases, under the name that it has in the results.</summary>
/// <param name="Strategy">Its name.</param>
/// <param name="Phase">G2D's phase, "joint" or "prioritized"; null for the others.</param>
/// <param name="Make">A new instance for a number of modalities.</param>
internal sealed record StrategyCase(string Strategy, string? Phase, Func<int, IGradientStrategy> Make)
{
    /// <summary>What all others are compared with.</summary>
    public static readonly StrategyCase Joint = new("joint", null, _ => new JointTraining());

    public static readonly IReadOnlyList<StrategyCase> All =
    [
        Joint,
        new("uniform", null, _ => new UniformBaseline()),
        new("umt", null, _ => new UMT(new UMTOptions { Weight = 1 })),
        new("pareto", null, _ => new MGDA()),
        new("mmpareto", null, _ => new MMPareto()),
        new("i2mcl", null, _ => new I2MCL()),
        new("g2d", "joint", _ => new G2D()),
        new("g2d", "prioritized", modalities => new G2D(
            new G2DOptions { PhaseEpochs = Enumerable.Repeat(1, modalities - 1).ToArray() })),
    ];

    /// <summary>In lists and tables.</summary>
    public string Title => Phase is null ? Strategy : $"{Strategy}-{Phase}";

    /// <summary>The case with a title.</summary>
    /// <exception cref="BadInputException">There is none.</exception>
    public static StrategyCase Of(string title) => All.SingleOrDefault(of => of.Title == title)
        ?? throw new BadInputException(
            $"--strategy must be one of {string.Join(", ", All.Select(of => of.Title))}, but is '{title}'.");
}
