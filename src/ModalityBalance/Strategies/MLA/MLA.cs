using System.Globalization;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Multimodal learning with alternating unimodal adaptation (MLA; Zhang et al., CVPR 2024, arXiv 2311.10707): on every batch the
/// modalities take turns, each training its encoder and one linear head that all share. The head's gradient is projected off what
/// the modality before has fed it, so that the head does not forget. At test time confident modalities weigh more: use
/// <see cref="VotingFusion"/> with <see cref="VoteWeighting.Entropy"/>.
/// </summary>
/// <remarks>
/// M optimizer steps per batch. In exact arithmetic the projection never forgets: in every direction that mean features take, the
/// head's step shrinks like alpha / (t |mean|^2) after t turns, so that with many features the head may hardly learn after some
/// tens of turns (<c>trace</c> tells). In the published code the projection never runs, because it looks for another parameter
/// name: <see cref="MLAProjection.None"/> is what its numbers come from. The report holds <c>modality</c>, whose turn it was;
/// <c>head_gradient</c> and <c>projected_gradient</c>, the lengths of the head's weight gradient before and after the projection;
/// and <c>trace</c> of the projection over the number of features, in (0, 1].
/// </remarks>
public sealed class MLA : GradientStrategy
{
    private const double WarningTrace = 0.01;
    private const string Projection = "projection";

    private readonly MLAOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the equations of the paper.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MLA(MLAOptions? options = null)
    {
        _options = options ?? new MLAOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <summary>One turn per modality.</summary>
    /// <inheritdoc/>
    public override int TurnsPerBatch(int modalityCount) => modalityCount;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Model.SharedHead is not Linear)
        {
            yield return "MLA needs one linear head that all modalities share, but the model has "
                + $"{(plan.Model.SharedHead is null ? "none" : $"a {plan.Model.SharedHead.GetType().Name}")}: use a VotingFusion.";
        }

        if (plan.Task is RegressionTask)
        {
            yield return "MLA weighs modalities by the entropy of their predictions, which a RegressionTask has none of.";
        }
    }

    /// <inheritdoc/>
    public override void OnEpochStart(EpochContext epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        if (_options.RestartEveryEpoch && epoch.Epoch > 0 && State.Contains(Projection))
        {
            using var scope = NewDisposeScope();
            var projection = State.GetOrAdd(Projection, () => Identity(epoch.Model.SharedHead as Linear));
            projection.copy_(eye(projection.shape[0], dtype: ScalarType.Float64, device: projection.device));
        }
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        int modality = step.Turn;
        if (step.SamplesWith(modality) == 0)
        {
            return StepReport.Skipped;
        }

        step.Encode(m => m == modality ? EncoderUse.Learn : EncoderUse.Skip);
        var loss = step.Mean(step.TaskLosses(step.PredictShared(modality)), modality);
        step.BackwardEncoder(modality, step.BackwardTop(loss)[modality]);
        step.SumGradients();
        var head = (Linear)step.Model.SharedHead!;
        var (before, after, trace) = ProjectGradient(step, head.weight!);
        return new StepReport(loss, taskLoss: null).Add("modality", modality)
            .Add("head_gradient", before).Add("projected_gradient", after).Add("trace", trace);
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetWarnings()
    {
        if (_options.Projection == MLAProjection.None || !State.Contains(Projection))
        {
            yield break;
        }

        using var scope = NewDisposeScope();
        var projection = State.GetOrAdd(Projection, () => zeros(0));
        double trace = Trace(projection).item<double>();
        if (trace < WarningTrace)
        {
            yield return string.Create(CultureInfo.InvariantCulture,
                $"MLA's projection has a mean eigenvalue of {trace:0.#####} at the end, so that the shared head could hardly learn: "
                + $"try RestartEveryEpoch or no projection.");
        }
    }

    private (Tensor Before, Tensor After, Tensor Trace) ProjectGradient(TrainingStep step, Parameter weight)
    {
        using var noGrad = no_grad();
        var gradient = weight.grad!;
        var length = gradient.norm();
        if (_options.Projection == MLAProjection.None)
        {
            return (length, length, ones([], ScalarType.Float64, weight.device));
        }

        double alpha = Math.Pow(_options.Decay, 1 + (step.EpochProgress ?? 0));
        var projected = Project(gradient.to(ScalarType.Float64), step.MeanRepresentation(step.Turn), alpha);
        weight.grad = projected.to(gradient.dtype).contiguous();
        return (length, projected.norm(), Trace(State.GetOrAdd(Projection, () => Identity(weight))));
    }

    /// <summary>Lets P take in a mean feature, k = P h, P = P - k k' / (alpha + h' k), and multiplies the head's weight gradient
    /// by it from the right. The first gradient of a run stays as it is.</summary>
    /// <param name="gradient">[classes, features], double.</param>
    /// <param name="mean">The mean feature of this turn, [features], double.</param>
    /// <param name="alpha">The damping, above 0.</param>
    /// <returns>Like the gradient.</returns>
    internal Tensor Project(Tensor gradient, Tensor mean, double alpha)
    {
        var projection = State.GetOrAdd(Projection, () => Identity(gradient));
        var previous = State.GetOrAdd("previous_mean", () => zeros_like(mean));
        var turns = State.GetOrAdd("turns", () => zeros([], ScalarType.Float64, mean.device));
        var isFirst = turns.eq(0);

        // A mean of zeros, as before the first turn, leaves P as it is.
        TakeIn(projection, _options.Memory == MLAMemory.Previous ? previous : where(isFirst, zeros_like(mean), mean), alpha);
        var projected = where(isFirst, gradient, gradient.matmul(projection));
        previous.copy_(mean);
        turns.add_(1);
        return projected;
    }

    private void TakeIn(Tensor projection, Tensor feature, double alpha)
    {
        var k = projection.matmul(feature);
        projection.sub_(k.outer(k) / (alpha + feature.dot(k)));
        if (_options.Projection == MLAProjection.RecursiveNormalized)
        {
            projection.copy_(where(feature.abs().sum().gt(0), projection / projection.norm(), projection));
        }
    }

    private static Tensor Identity(Tensor weight) => eye(weight.shape[1], dtype: ScalarType.Float64, device: weight.device);

    private static Tensor Identity(Linear? head) => Identity(head!.weight!);

    private static Tensor Trace(Tensor projection) => projection.trace() / projection.shape[0];
}
