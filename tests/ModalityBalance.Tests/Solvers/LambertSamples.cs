using ModalityBalance.Solvers;

namespace ModalityBalance.Tests.Solvers;

/// <summary>Seeded arguments of W0 over its whole domain, spaced evenly in the logarithm.</summary>
internal static class LambertSamples
{
    public const int Count = 1500;

    public static TheoryData<string> Regions => ["near the branch point", "negative", "around one", "tiny", "huge"];

    public static double[] Of(string region)
    {
        var random = new Random(17);
        return [.. Enumerable.Range(0, Count).Select(_ => region switch
        {
            "near the branch point" => LambertW.BranchPoint + (0.36 * Power(random, -15.5, 0)),
            "negative" => LambertW.BranchPoint * random.NextDouble(),
            "around one" => Power(random, -3, 4),
            "tiny" => Power(random, -306, -3) * (random.Next(2) == 0 ? 1 : -1),
            "huge" => Power(random, 4, 308.2),
            _ => throw new ArgumentOutOfRangeException(nameof(region), region, "Unknown region."),
        })];
    }

    private static double Power(Random random, double from, double to) =>
        Math.Pow(10, from + ((to - from) * random.NextDouble()));
}
