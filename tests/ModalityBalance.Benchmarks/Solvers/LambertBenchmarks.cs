using BenchmarkDotNet.Attributes;
using MathNet.Numerics.RootFinding;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>Lambert W of a batch of losses, by root finding and by the library.</summary>
public class LambertBenchmarks
{
    private const int Count = 192;

    private readonly double[] _numbers =
        [.. Enumerable.Range(0, Count).Select(i => LambertW.BranchPoint + Math.Pow(10, -3 + (6.0 * i / Count)))];

    private readonly Tensor _tensor;

    /// <summary>From just above the branch point to 1000.</summary>
    public LambertBenchmarks() => _tensor = tensor(_numbers);

    /// <summary>MathNet's Brent method on w exp(w) - x.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public double RootFinding() => _numbers.Sum(Root);

    /// <summary>The library's, number by number.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public double Scalar() => _numbers.Sum(LambertW.W0);

    /// <summary>The library's, all at once.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public void Tensor()
    {
        using var w = LambertW.W0(_tensor);
    }

    internal static double Root(double x) =>
        Brent.FindRoot(w => (w * Math.Exp(w)) - x, -1, Math.Max(1, Math.Log(1 + Math.Max(0, x))), accuracy: 1e-15);
}
