using BenchmarkDotNet.Attributes;
using ModalityBalance.Solvers;

namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>Min-norm weights of random vectors, by Frank-Wolfe and by the library, from the Gram matrix.</summary>
public class MinNormBenchmarks
{
    private const int Dimensions = 16;

    private double[,] _gram = new double[0, 0];

    /// <summary>Number of vectors.</summary>
    [Params(2, 4, 8)]
    public int Vectors { get; set; }

    /// <summary>Draws the vectors.</summary>
    [GlobalSetup]
    public void Draw()
    {
        var random = new Random(Vectors);
        var vectors = Enumerable.Range(0, Vectors)
            .Select(_ => Enumerable.Range(0, Dimensions).Select(_ => random.NextDouble() - 0.3).ToArray()).ToArray();
        _gram = Hulls.Gram(vectors);
    }

    /// <summary>Stops at a gap of 1e-6, as published codes do.</summary>
    [Benchmark(Baseline = true)]
    public IReadOnlyList<double> FrankWolfe() => Solvers.FrankWolfe.Weights(_gram, 1e-6);

    /// <summary>The library's search; any number of vectors.</summary>
    [Benchmark]
    public IReadOnlyList<double> Exact() => MinNorm.OfGram(_gram).Weights;

    /// <summary>The library's closed form, of the first two vectors.</summary>
    [Benchmark]
    public double ClosedForm() => MinNorm.WeightOnFirst(_gram[0, 0], _gram[0, 1], _gram[1, 1]);
}
