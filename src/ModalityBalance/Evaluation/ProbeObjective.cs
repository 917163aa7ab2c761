using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>The objective of a linear probe: the task's mean loss and a penalty on all weights but the bias.</summary>
internal sealed class ProbeObjective
{
    private const int Iterations = 60;
    private const int Memory = 10;
    private const double Tolerance = 1e-9;

    private readonly LearningTask _task;
    private readonly Tensor _features;
    private readonly Tensor _targets;

    // The slope of the penalty over each weight, in a row per feature. A tensor, because TorchSharp 0.107 may free a number that it
    // converts while libtorch reads it, and this runs thousands of times.
    private readonly Tensor _decay;

    /// <param name="features">[samples, features], double; the last one is the bias.</param>
    /// <param name="targets">As the task's targets are.</param>
    /// <param name="task">Gives the loss.</param>
    /// <param name="penalty">At least 0.</param>
    public ProbeObjective(Tensor features, Tensor targets, LearningTask task, double penalty)
    {
        (_task, _features) = (task, features);
        _targets = targets.is_floating_point() ? targets.to(ScalarType.Float64) : targets;
        double[] decay = [.. Enumerable.Repeat(2 * penalty, (int)features.shape[1] - 1), 0];
        _decay = tensor(decay, [features.shape[1], 1]);
    }

    /// <summary>The best weights found, [features * outputs], row by row.</summary>
    public double[] Minimize()
    {
        var best = (Value: double.PositiveInfinity, Weights: Array.Empty<double>());
        var objective = ObjectiveFunction.Gradient(point =>
        {
            var (value, gradient) = Loss(point.ToArray());
            best = value < best.Value ? (value, point.ToArray()) : best;
            return (value, Vector<double>.Build.Dense(gradient));
        });

        var start = Vector<double>.Build.Dense((int)(_features.shape[1] * _task.Outputs));
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

    private (double Value, double[] Gradient) Loss(double[] point)
    {
        using var scope = NewDisposeScope();
        var weights = tensor(point).reshape(_features.shape[1], _task.Outputs);
        var prediction = _features.matmul(weights).requires_grad_();
        using var graph = set_grad_enabled(true);
        var loss = _task.LossPerSample(prediction, _targets).mean();
        loss.backward(); // whose failures are exceptions; those of autograd.grad end the process
        var slope = prediction.grad ?? zeros_like(prediction);
        using var noGrad = no_grad();
        var decay = weights * _decay;
        var gradient = _features.t().matmul(slope) + decay;
        double value = loss.item<double>() + ((weights * decay).sum().item<double>() / 2);
        return (value, gradient.data<double>().ToArray());
    }
}
