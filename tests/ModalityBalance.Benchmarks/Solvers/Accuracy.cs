using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>How far a solver is from the known answers.</summary>
/// <param name="Solver">Which.</param>
/// <param name="Cases">Number of known answers.</param>
/// <param name="LargestError">Absolute, of numbers above 1 relative.</param>
internal sealed record Accuracy(string Solver, int Cases, double LargestError)
{
    private const double LargestArgument = 1000;

    public static IReadOnlyList<Accuracy> OfAll() => [.. OfLambertW(), .. OfMinNorm()];

    /// <summary>Where losses lie; root finding fails near the largest doubles.</summary>
    private static IEnumerable<Accuracy> OfLambertW()
    {
        var cases = LambertValues.Read().Cases.Where(value => value.X <= LargestArgument).ToArray();
        using var arguments = tensor(cases.Select(value => value.X).ToArray());
        using var w = LambertW.W0(arguments);
        yield return Relative("Lambert W, root finding", cases.Select(value => LambertBenchmarks.Root(value.X)));
        yield return Relative("Lambert W, scalar", cases.Select(value => LambertW.W0(value.X)));
        yield return Relative("Lambert W, tensor", w.data<double>().ToArray());

        Accuracy Relative(string solver, IEnumerable<double> found) => new(
            solver,
            cases.Length,
            cases.Zip(found, (known, value) => Math.Abs(value - known.W) / Math.Max(1, Math.Abs(known.W))).Max());
    }

    private static IEnumerable<Accuracy> OfMinNorm()
    {
        var (two, several) = Hulls.Read();
        yield return Weights("Min-norm of two, Frank-Wolfe", two.Select(pair =>
            (FrankWolfe.Weights(Hulls.Gram([pair.A, pair.B]), 1e-6)[0..1], new[] { pair.WeightA })));
        yield return Weights("Min-norm of two, closed form", two.Select(pair =>
            (new[] { MinNorm.WeightOnFirst(pair.A, pair.B) }, new[] { pair.WeightA })));
        yield return Weights("Min-norm of several, Frank-Wolfe", several.Select(hull =>
            (FrankWolfe.Weights(Hulls.Gram(hull.Vectors), 1e-6), hull.Weights)));
        yield return Weights("Min-norm of several, exact", several.Select(hull =>
            (MinNorm.OfVectors(hull.Vectors).Weights.ToArray(), hull.Weights)));
    }

    private static Accuracy Weights(string solver, IEnumerable<(double[] Found, double[] Known)> cases)
    {
        double[] errors = [.. cases.Select(pair => pair.Found.Zip(pair.Known, (a, b) => Math.Abs(a - b)).Max())];
        return new Accuracy(solver, errors.Length, errors.Max());
    }
}
