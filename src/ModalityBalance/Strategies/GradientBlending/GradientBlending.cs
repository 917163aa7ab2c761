using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Gradient blending (Wang, Tran and Feiszli, CVPR 2020, arXiv 1905.12681): every parameter learns from a weighted sum of the
/// unimodal losses and the fused loss. The weights are those of <see cref="GradientBlendingWeights"/>: of a head that generalizes
/// more than it overfits, high.
/// </summary>
/// <remarks>The report holds <c>weight</c>, M + 1 numbers with that of the fused loss last, and <c>unimodal_loss</c> of every
/// modality. A loss of weight 0 is left out: parameters that only it would move do not move at all.</remarks>
public sealed class GradientBlending : GradientStrategy
{
    private const string WeightsName = "weights";

    private readonly GradientBlendingOptions _options;
    private readonly Func<IMultimodalModel, IReadOnlyList<double>>? _estimate;
    private double[]? _weights;

    /// <summary>Creates a strategy with fixed weights (offline blending, if they were estimated).</summary>
    /// <param name="weights">The weight of each unimodal loss and, last, of the fused loss: M + 1 numbers, finite, at least 0, at
    /// least one above 0. They need not sum to 1.</param>
    /// <exception cref="ArgumentException">A weight is out of its range.</exception>
    public GradientBlending(IReadOnlyList<double> weights)
    {
        Check(weights, nameof(weights));
        _options = new GradientBlendingOptions(weights, null);
        _weights = [.. weights];
    }

    /// <summary>Creates a strategy that estimates its weights again every few epochs (online blending).</summary>
    /// <param name="superEpoch">The number of epochs between two estimates, at least 1. The paper's values were not available;
    /// BalanceBenchmark uses 10.</param>
    /// <param name="estimate">Given the model, which it must leave as it is, returns M + 1 weights: for example
    /// <c>GradientBlendingEstimator.Estimate</c>. Invoked before the first epoch of every super-epoch.</param>
    /// <exception cref="ArgumentException">The number of epochs is out of its range.</exception>
    public GradientBlending(int superEpoch, Func<IMultimodalModel, IReadOnlyList<double>> estimate)
    {
        ArgumentNullException.ThrowIfNull(estimate);
        ArgumentOutOfRangeException.ThrowIfLessThan(superEpoch, 1);
        _options = new GradientBlendingOptions(null, superEpoch);
        _estimate = estimate;
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return _options.Weights is { } weights && weights.Count != plan.Modalities + 1
            ? [$"GradientBlending's weights must be {plan.Modalities + 1}, one per modality and one for the fused loss, but are "
                + $"{weights.Count}."]
            : [];
    }

    /// <summary>Estimates the weights in the first epoch of every super-epoch.</summary>
    /// <inheritdoc/>
    public override void OnEpochStart(EpochContext epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        if (_estimate is null || epoch.Epoch % _options.SuperEpoch != 0)
        {
            return;
        }

        var weights = _estimate(epoch.Model);
        Check(weights, "The weights that the estimate returned");
        CheckCount(weights, epoch.Model.Modalities.Count);
        using var scope = NewDisposeScope();
        var shared = tensor(weights.ToArray());
        epoch.Processes.Broadcast(shared);
        State.GetOrAdd(WeightsName, () => zeros(weights.Count, ScalarType.Float64), changesInSteps: false).copy_(shared);
        _weights = shared.data<double>().ToArray();
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        double[] weights = Weights(step);
        CheckCount(weights, step.ModalityCount);
        step.Encode();
        Tensor?[] own = [.. Enumerable.Range(0, step.ModalityCount).Select(m => weights[m] > 0 ? step.UnimodalLoss(m) : null)];
        var task = weights[^1] > 0 ? step.TaskLoss() : null;
        var loss = own.Append(task).Zip(weights).Where(term => term.First is not null)
            .Select(term => term.Second == 1 ? term.First! : term.Second * term.First!)
            .Aggregate((sum, term) => sum + term);
        step.Backward(loss);
        return new StepReport(loss, task).Add("weight", (IReadOnlyList<double>)weights)
            .Add("unimodal_loss", [.. own.Select(term => term ?? full([], double.NaN, device: loss.device))]);
    }

    private double[] Weights(TrainingStep step) => _weights ??= State.Contains(WeightsName)
        ? State.GetOrAdd(WeightsName, () => zeros(step.ModalityCount + 1, ScalarType.Float64), changesInSteps: false)
            .data<double>().ToArray()
        : throw new InvalidOperationException(
            $"GradientBlending must be notified of epoch {step.Epoch} (OnEpochStart) to have weights, but was not.");

    private static void Check(IReadOnlyList<double> weights, string name)
    {
        ArgumentNullException.ThrowIfNull(weights);
        foreach (var (i, weight) in weights.Index())
        {
            Require.NonNegative(weight, $"{name}[{i}]");
        }

        if (!weights.Any(weight => weight > 0))
        {
            throw new ArgumentException($"{name} must hold one above 0, but hold none.", name);
        }
    }

    private static void CheckCount(IReadOnlyList<double> weights, int modalities)
    {
        if (weights.Count != modalities + 1)
        {
            throw new ArgumentException(
                $"The weights must be {modalities + 1}, one per modality and one for the fused loss, but are {weights.Count}.");
        }
    }

    private sealed record GradientBlendingOptions(IReadOnlyList<double>? Weights, int? SuperEpoch);
}
