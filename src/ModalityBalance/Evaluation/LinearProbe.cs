using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>
/// How much about the classes a linear classifier finds in frozen representations: multinomial logistic regression on
/// standardised features, minimising mean cross entropy + 5e-5 |W|^2 (no penalty on the bias) from zero by at most 60
/// iterations of L-BFGS, in double.
/// </summary>
public sealed class LinearProbe
{
    private const double Penalty = 5e-5;
    private const int Iterations = 60;
    private const int Memory = 10;
    private const double Tolerance = 1e-9;
    private const double MinimalDeviation = 1e-5;

    private readonly long _classes;
    private readonly double[] _mean;
    private readonly double[] _deviation;
    private readonly double[] _weights;

    private LinearProbe(long classes, double[] mean, double[] deviation, double[] weights)
    {
        (_classes, _mean, _deviation, _weights) = (classes, mean, deviation, weights);
    }

    /// <summary>Fits a probe.</summary>
    /// <param name="representations">[samples, ...], on the CPU; flattened to features.</param>
    /// <param name="labels">int64, [samples], in [0, classes).</param>
    /// <param name="classes">At least 2.</param>
    /// <exception cref="ArgumentException">No sample, or unequal counts.</exception>
    public static LinearProbe Fit(Tensor representations, Tensor labels, long classes)
    {
        CheckCounts(representations, labels);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        using var scope = NewDisposeScope();
        using var graphless = no_grad();
        var raw = representations.flatten(1).to(ScalarType.Float64);
        var mean = raw.mean([0L]);
        var deviation = (raw - mean).square().mean([0L]).sqrt() + MinimalDeviation;
        var features = WithBias((raw - mean) / deviation);
        var weights = Minimise(features, labels, classes);
        return new LinearProbe(
            classes, mean.data<double>().ToArray(), deviation.data<double>().ToArray(), weights);
    }

    /// <summary>The share of samples whose class the probe finds.</summary>
    /// <param name="representations">[samples, ...], on the CPU, with the features it was fitted on.</param>
    /// <param name="labels">int64, [samples].</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentException">No sample, unequal counts, or other features.</exception>
    public double Accuracy(Tensor representations, Tensor labels)
    {
        CheckCounts(representations, labels);
        using var scope = NewDisposeScope();
        using var graphless = no_grad();
        var raw = representations.flatten(1).to(ScalarType.Float64);
        if (raw.shape[1] != _mean.Length)
        {
            throw new ArgumentException(
                $"representations must have {_mean.Length} features, but have {raw.shape[1]}.",
                nameof(representations));
        }

        var features = WithBias((raw - tensor(_mean)) / tensor(_deviation));
        var logits = features.matmul(tensor(_weights).reshape(features.shape[1], _classes));
        return logits.argmax(1).eq(labels).to(ScalarType.Float64).mean().item<double>();
    }

    private static void CheckCounts(Tensor representations, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(representations);
        ArgumentNullException.ThrowIfNull(labels);
        if (representations.dim() < 2 || representations.shape[0] == 0 || labels.dim() != 1
            || labels.shape[0] != representations.shape[0])
        {
            throw new ArgumentException(
                "representations and labels must be [samples, ...] and [samples] with at least one sample, but are "
                + $"{representations.Describe()} and {labels.Describe()}.", nameof(representations));
        }
    }

    /// <summary>The last feature is one: its weights are the bias.</summary>
    private static Tensor WithBias(Tensor features) =>
        cat([features, ones(features.shape[0], 1, dtype: ScalarType.Float64)], 1);

    private static double[] Minimise(Tensor features, Tensor labels, long classes)
    {
        var penalised = ones(features.shape[1], 1, dtype: ScalarType.Float64);
        penalised[-1] = 0.0;
        var targets = nn.functional.one_hot(labels, classes).to(ScalarType.Float64);
        var best = (Value: double.PositiveInfinity, Weights: Array.Empty<double>());
        var objective = ObjectiveFunction.Gradient(point =>
        {
            var (value, gradient) = Loss(features, targets, penalised, point.ToArray());
            best = value < best.Value ? (value, point.ToArray()) : best;
            return (value, Vector<double>.Build.Dense(gradient));
        });

        var start = Vector<double>.Build.Dense((int)(features.shape[1] * classes));
        try
        {
            new LimitedMemoryBfgsMinimizer(Tolerance, Tolerance, Tolerance, Memory, Iterations)
                .FindMinimum(objective, start);
        }
        catch (OptimizationException)
        {
            // Out of iterations, or no further descent to working precision: the best point so far is the result.
        }

        return best.Weights;
    }

    private static (double Value, double[] Gradient) Loss(
        Tensor features, Tensor targets, Tensor penalised, double[] point)
    {
        using var scope = NewDisposeScope();
        var weights = tensor(point).reshape(features.shape[1], targets.shape[1]);
        var logProbabilities = features.matmul(weights).log_softmax(1);
        var decayed = weights * penalised;
        var value = (Penalty * decayed.square().sum()) - (logProbabilities * targets).sum() / features.shape[0];
        var gradient = features.t().matmul(logProbabilities.exp() - targets) / features.shape[0]
            + 2 * Penalty * decayed;
        return (value.item<double>(), gradient.data<double>().ToArray());
    }
}
