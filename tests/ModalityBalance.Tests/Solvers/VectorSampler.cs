using CsCheck;

namespace ModalityBalance.Tests.Solvers;

/// <summary>Pairs and sets of vectors of which the relation is known by construction.</summary>
internal static class VectorSampler
{
    public const int Dimensions = 9;

    // Fixed, so that a run repeats the one before; another seed is another search.
    private const string Seed = "0N0XIzNsQ0O2";

    private static readonly Gen<double> Normal = Gen.Select(Gen.Double.Unit, Gen.Double.Unit, (u, v) =>
        Math.Sqrt(-2 * Math.Log(1 - u)) * Math.Cos(2 * Math.PI * v));

    private static readonly Gen<double> Ratio = Power(-1, 1);

    public static TheoryData<string> Relations =>
        ["generic", "conflicting", "nearly parallel", "nearly opposite", "unequal lengths", "tiny", "huge"];

    /// <summary>Pairs of a relation.</summary>
    public static Gen<(double[] A, double[] B)> Pairs(string relation)
    {
        var pairs = Gen.Select(Vector(Dimensions), Vector(Dimensions), Ratio);
        return relation switch
        {
            "generic" => pairs.Select((a, noise, _) => (a, noise)),
            "conflicting" => pairs.Select((a, noise, ratio) => (a, Sum(-ratio, a, 0.8, noise))),
            "nearly parallel" => pairs.Select((a, noise, ratio) => (a, Sum(ratio, a, 1e-3, noise))),
            "nearly opposite" => pairs.Select((a, noise, ratio) => (a, Sum(-ratio, a, 1e-3, noise))),
            "unequal lengths" => Gen.Select(Vector(Dimensions), Vector(Dimensions), Power(-12, 12))
                .Select((a, noise, power) => (a, Sum(power, noise, 0, a))),
            "tiny" => pairs.Select((a, noise, _) => (Sum(1e-75, a, 0, a), Sum(1e-75, noise, -0.5e-75, a))),
            "huge" => pairs.Select((a, noise, _) => (Sum(1e75, a, 0, a), Sum(1e75, noise, -0.5e75, a))),
            _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, "Unknown relation."),
        };
    }

    /// <summary>Sets of 3 to 32 vectors of full or deficient rank, pointing apart or mostly the same way.</summary>
    public static Gen<double[][]> Sets() => Gen.Select(Gen.Int[2, 39], Gen.Double.Unit, Gen.Int[3, 32]).SelectMany(shape =>
        Gen.Select(Ratio, Vector(shape.Item1))
            .Select((ratio, vector) => Sum(ratio, vector, 1, [.. Enumerable.Repeat(shape.Item2, shape.Item1)]))
            .Array[shape.Item3]);

    /// <summary>Checks a property of many pairs or sets.</summary>
    /// <param name="samples">What to draw.</param>
    /// <param name="property">Throws where it does not hold.</param>
    /// <param name="count">How many to draw.</param>
    public static void Check<T>(this Gen<T> samples, Action<T> property, int count = 300) =>
        samples.Sample(property, seed: Seed, iter: count, threads: 1);

    /// <summary>Draws pairs or sets.</summary>
    /// <param name="samples">What to draw.</param>
    /// <param name="count">How many to draw.</param>
    public static IReadOnlyList<T> Draw<T>(this Gen<T> samples, int count)
    {
        List<T> drawn = [];
        samples.Check(drawn.Add, count);
        return drawn;
    }

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double Norm(double[] a) => Math.Sqrt(Dot(a, a));

    /// <summary>s a + t b.</summary>
    public static double[] Sum(double s, double[] a, double t, double[] b) =>
        [.. a.Zip(b, (x, y) => (s * x) + (t * y))];

    public static double[] Combine(IReadOnlyList<double> weights, double[][] vectors) =>
        [.. Enumerable.Range(0, vectors[0].Length).Select(i => weights.Select((w, k) => w * vectors[k][i]).Sum())];

    private static Gen<double[]> Vector(int dimensions) => Normal.Array[dimensions];

    private static Gen<double> Power(double from, double to) =>
        Gen.Double.Unit.Select(share => Math.Pow(10, from + ((to - from) * share)));
}
