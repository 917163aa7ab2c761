using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>How far a solver is from the known answers.</summary>
/// <param name="Solver">Which.</param>
/// <param name="Cases">Number of known answers.</param>
/// <param name="LargestError">For Lambert W relative, for weights absolute.</param>
internal sealed record Accuracy(string Solver, int Cases, double LargestError)
{
    public static IReadOnlyList<Accuracy> OfAll() => [.. OfLambertW(), .. OfMinNorm()];

    private static IEnumerable<Accuracy> OfLambertW()
    {
        var cases = LambertValues.Read().Cases;
        using var arguments = tensor(cases.Select(value => value.X).ToArray());
        using var w = LambertW.W0(arguments);
        yield return Relative("Lambert W, root finding", cases.Select(value => LambertBenchmarks.Root(value.X)));
        yield return Relative("Lambert W, scalar", cases.Select(value => LambertW.W0(value.X)));
        yield return Relative("Lambert W, tensor", w.data<double>().ToArray());

        Accuracy Relative(string solver, IEnumerable<double> found) => new(
            solver,
            cases.Count,
            cases.Zip(found, (known, value) => value == known.W ? 0 : Math.Abs((value - known.W) / known.W)).Max());
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
