namespace ModalityBalance.Tests.Solvers;

/// <summary>Seeded pairs and sets of vectors of which the relation is known by construction.</summary>
internal static class VectorSampler
{
    public const int Dimensions = 9;

    public static TheoryData<string> Relations =>
        ["generic", "conflicting", "nearly parallel", "nearly opposite", "unequal lengths", "tiny", "huge"];

    public static IEnumerable<(double[] A, double[] B)> Pairs(string relation, int count = 300)
    {
        var random = new Random(29);
        for (var i = 0; i < count; i++)
        {
            var a = Vector(random);
            var noise = Vector(random);
            yield return relation switch
            {
                "generic" => (a, noise),
                "conflicting" => (a, Sum(-Ratio(random), a, 0.8, noise)),
                "nearly parallel" => (a, Sum(Ratio(random), a, 1e-3, noise)),
                "nearly opposite" => (a, Sum(-Ratio(random), a, 1e-3, noise)),
                "unequal lengths" => (a, Sum(Power(random, -12, 12), noise, 0, a)),
                "tiny" => (Sum(1e-75, a, 0, a), Sum(1e-75, noise, -0.5e-75, a)),
                "huge" => (Sum(1e75, a, 0, a), Sum(1e75, noise, -0.5e75, a)),
                _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, "Unknown relation."),
            };
        }
    }

    /// <summary>Sets of 3 to 32 vectors of full or deficient rank, pointing apart or mostly the same way.</summary>
    public static IEnumerable<double[][]> Sets(int count = 60)
    {
        var random = new Random(31);
        for (var i = 0; i < count; i++)
        {
            var dimensions = random.Next(2, 40);
            var drift = Enumerable.Repeat(random.NextDouble(), dimensions).ToArray();
            yield return [.. Enumerable.Range(0, random.Next(3, 33))
                .Select(_ => Sum(Ratio(random), Vector(random, dimensions), 1, drift))];
        }
    }

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    /// <summary>s a + t b.</summary>
    public static double[] Sum(double s, double[] a, double t, double[] b) =>
        [.. a.Zip(b, (x, y) => (s * x) + (t * y))];

    public static double[] Combine(IReadOnlyList<double> weights, double[][] vectors) =>
        [.. Enumerable.Range(0, vectors[0].Length).Select(i => weights.Select((w, k) => w * vectors[k][i]).Sum())];

    private static double[] Vector(Random random, int dimensions = Dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => Normal(random))];

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static double Ratio(Random random) => Power(random, -1, 1);

    private static double Power(Random random, double from, double to) =>
        Math.Pow(10, from + ((to - from) * random.NextDouble()));
}
