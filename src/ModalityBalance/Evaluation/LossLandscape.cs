using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>Scores around the weights of a model, along random directions whose filters have the length of the model's own (Li et
/// al., NeurIPS 2018, arXiv 1712.09913), as MMPareto (Fig. 5) draws them: the flatter a minimum, the slower the loss rises.
/// </summary>
public static class LossLandscape
{
    /// <summary>Evaluates the model along a line.</summary>
    /// <param name="model">The network. Its weights and modes are restored, bit for bit, however the evaluation ends.</param>
    /// <param name="task">The learning task.</param>
    /// <param name="data">The samples; its epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="options">The direction and the points. Defaults to 21 points from -1 to 1.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    /// <returns>One point per step, in ascending order.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the data has no batch.</exception>
    public static IReadOnlyList<LandscapePoint> AlongLine(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        LossLandscapeOptions? options = null,
        CancellationToken cancellation = default) =>
        Evaluate(model, task, data, device, options, directions: 1, cancellation);

    /// <summary>Evaluates the model on a grid of two directions.</summary>
    /// <inheritdoc cref="AlongLine"/>
    /// <returns>The points row by row: the second direction changes fastest.</returns>
    public static IReadOnlyList<LandscapePoint> OnGrid(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        LossLandscapeOptions? options = null,
        CancellationToken cancellation = default) =>
        Evaluate(model, task, data, device, options, directions: 2, cancellation);

    private static LandscapePoint[] Evaluate(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        LossLandscapeOptions? options,
        int directions,
        CancellationToken cancellation)
    {
        options ??= new LossLandscapeOptions();
        options.Check();
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var generator = new Generator((ulong)options.Seed);
        Parameter[] parameters = [.. model.Root.parameters()];
        Tensor[] weights = [.. parameters.Select(parameter => parameter.detach().clone())];
        Tensor[][] all = [.. Enumerable.Range(0, directions).Select(_ => weights.Select(weight => Direction(weight, generator)).ToArray())];
        try
        {
            return [.. options.Grid(directions).Select(Score)];
        }
        finally
        {
            foreach (var (parameter, weight) in parameters.Zip(weights))
            {
                parameter.copy_(weight);
            }
        }

        LandscapePoint Score(double[] point)
        {
            using var step = NewDisposeScope();
            foreach (var (i, parameter) in parameters.Index())
            {
                parameter.copy_(all.Zip(point).Aggregate(weights[i], (sum, term) => sum + (term.Second * term.First[i])));
            }

            return new LandscapePoint(point, Evaluator.Evaluate(model, task, data, device, cancellation));
        }
    }

    /// <summary>Normal numbers, each filter (the slice of an output) as long as the weights'. Biases and normalization, which
    /// have one dimension, do not move.</summary>
    internal static Tensor Direction(Tensor weight, Generator generator)
    {
        if (weight.dim() < 2)
        {
            return zeros_like(weight);
        }

        var random = randn(weight.shape, ScalarType.Float32, generator: generator).to(weight.dtype, weight.device);
        var (filters, own) = (random.flatten(1), weight.flatten(1));
        var length = filters.norm(1, keepdim: true, p: 2f);
        return (filters * (own.norm(1, keepdim: true, p: 2f) / length.clamp(min: 1e-12))).reshape(weight.shape);
    }
}

/// <summary>The settings of <see cref="LossLandscape"/>.</summary>
public sealed record LossLandscapeOptions
{
    /// <summary>The largest step along a direction, in lengths of the weights. Finite and above 0. Defaults to 1.</summary>
    public double Radius { get; init; } = 1;

    /// <summary>The number of points along a direction, odd and at least 3, so that the weights themselves are one of them.
    /// Defaults to 21.</summary>
    public int Points { get; init; } = 21;

    /// <summary>The seed of the directions, at least 0. The same seed gives the same directions for models of the same shape.
    /// Defaults to 0.</summary>
    public int Seed { get; init; }

    /// <summary>The points in one or more directions; the last changes fastest.</summary>
    internal IEnumerable<double[]> Grid(int directions)
    {
        double[] steps = [.. Enumerable.Range(0, Points).Select(i => Radius * ((2.0 * i / (Points - 1)) - 1))];
        return Enumerable.Range(0, directions).Aggregate(
            (IEnumerable<double[]>)[[]], (points, _) => points.SelectMany(point => steps.Select(step => (double[])[.. point, step])));
    }

    internal void Check()
    {
        Require.Positive(Radius);
        Require.AtLeast(0, Seed);
        if (Points < 3 || Points % 2 == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Points), $"Points must be odd and at least 3, but is {Points}.");
        }
    }
}

/// <summary>A point of a loss landscape.</summary>
/// <param name="Steps">The step along each direction.</param>
/// <param name="Scores">The scores of the model with these weights.</param>
public sealed record LandscapePoint(IReadOnlyList<double> Steps, EvaluationResult Scores)
{
    /// <summary>Returns the steps and the scores.</summary>
    public override string ToString() =>
        $"[{string.Join(", ", Steps.Select(step => step.ToString("0.###", CultureInfo.InvariantCulture)))}]: {Scores}";
}
