using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Adaptive gradient modulation (AGM; Li et al., ICCV 2023, arXiv 2308.07686): the gradient that flows into each modality's
/// share of the logits is scaled. A modality that is ahead of the others by more than it usually is gets less, one that is
/// behind gets more. Works with any fusion.
/// </summary>
/// <remarks>s_m is the mean cross entropy of modality m's share, r_m = exp(mean of the others' s - s_m) says how far ahead it
/// is, and tau_m is the same of the running means. The factor is exp(alpha min(tau_m - r_m, cap)). The paper's text could not be
/// compared; the reading is that of the published code. The report holds, per modality, <c>score</c> s_m, <c>ratio</c> r_m,
/// <c>reference</c> tau_m and <c>coefficient</c>; score, ratio and reference are NaN for a modality that no sample of the batch
/// has. Outside the window of epochs coefficients are 1, but scores still enter the running means.
/// </remarks>
public sealed class AGM : GradientStrategy
{
    // Cross entropies are cut off at the probability 1e-8, as in the published code.
    private const double SmallestProbability = 1e-8;

    private readonly AGMOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the published code.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public AGM(AGMOptions? options = null)
    {
        _options = options ?? new AGMOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return LogitShareFindings.Of(Name, plan);
    }

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var prediction = step.Predict();
        var loss = step.Mean(step.TaskLosses(prediction));
        bool modulates = step.Epoch >= _options.StartEpoch && step.Epoch <= _options.EndEpoch;
        var shares = Shares(step, prediction, differentiable: modulates);
        var (score, ratio, reference, coefficient) = Measure(step, shares);
        if (modulates)
        {
            Backward(step, prediction, loss, shares, coefficient);
        }
        else
        {
            step.Backward(loss);
        }

        return new StepReport(loss, loss).Add("score", score).Add("ratio", ratio).Add("reference", reference)
            .Add("coefficient", modulates ? coefficient : ones_like(coefficient));
    }

    private static IReadOnlyList<Tensor> Shares(TrainingStep step, Tensor prediction, bool differentiable)
    {
        using var mode = set_grad_enabled(differentiable);
        return step.LogitShares(prediction);
    }

    /// <summary>The gradient of sum_m kappa_m (dL/dy . share_m): scaled on its way from the logits into the shares.</summary>
    private void Backward(
        TrainingStep step, Tensor prediction, Tensor loss, IReadOnlyList<Tensor> shares, Tensor coefficient)
    {
        var slope = SlopeAt(step, prediction);
        var surrogate = shares.Select((share, m) => coefficient[m].to(share.dtype) * (slope * share).sum())
            .Aggregate((sum, term) => sum + term);
        if (_options.ScaleFusion)
        {
            step.Backward(surrogate);
            return;
        }

        var cotangents = step.GradientAtRepresentations(surrogate);
        step.BackwardTop(loss);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            step.BackwardEncoder(m, cotangents[m]);
        }
    }

    /// <summary>dL/dy.</summary>
    private static Tensor SlopeAt(TrainingStep step, Tensor prediction)
    {
        var leaf = prediction.detach().requires_grad_();
        step.Mean(step.TaskLosses(leaf)).backward();
        return leaf.grad!;
    }

    /// <summary>s_m, r_m, tau_m and kappa_m, each [M]. Moves the running means, which the factors do not see yet.</summary>
    private (Tensor Score, Tensor Ratio, Tensor Reference, Tensor Coefficient) Measure(
        TrainingStep step, IReadOnlyList<Tensor> shares)
    {
        using var noGrad = no_grad();
        int modalities = step.ModalityCount;
        var device = step.Batch.Targets.device;
        var present = tensor(
            [.. Enumerable.Range(0, modalities).Select(m => step.SamplesWith(m) > 0)], ScalarType.Bool, device);
        var score = stack([.. shares.Select((share, m) => step.Mean(Surprise(step, share), m).to(ScalarType.Float64))]);
        var running = State.GetOrAdd("running_scores", () => zeros(modalities, ScalarType.Float64, device));
        var count = State.GetOrAdd("steps", () => zeros(modalities, ScalarType.Float64, device));
        var (ratio, reference, coefficient) = Coefficients(score, running, present, _options.Alpha, _options.Cap);

        count.add_(present.to(ScalarType.Float64));
        running.copy_(where(present, running + ((score - running) / count.clamp(min: 1)), running));

        var undefined = full_like(score, double.NaN);
        return (where(present, score, undefined), where(present, ratio, undefined), where(present, reference, undefined),
            where(present, coefficient, ones_like(coefficient)));
    }

    /// <summary>r_m and tau_m, the leads by the scores of the step and by the running ones, and
    /// kappa_m = exp(alpha min(tau_m - r_m, cap)).</summary>
    /// <param name="score">Cross entropies, [M], double.</param>
    /// <param name="running">Their running means before the step, [M], double.</param>
    /// <param name="present">Which modalities are there, bool [M].</param>
    /// <param name="alpha">At least 0.</param>
    /// <param name="cap">Above 0, or null for none.</param>
    /// <returns>[M] each.</returns>
    internal static (Tensor Ratio, Tensor Reference, Tensor Coefficient) Coefficients(
        Tensor score, Tensor running, Tensor present, double alpha, double? cap)
    {
        var (ratio, reference) = (Lead(score, present), Lead(running, present));
        var gap = reference - ratio;
        return (ratio, reference, (alpha * (cap is { } bound ? gap.clamp(max: bound) : gap)).exp());
    }

    /// <summary>Each sample's cross entropy of a share, without weights of the task.</summary>
    private static Tensor Surprise(TrainingStep step, Tensor share) => step.Task is ClassificationTask
        ? -step.Task.ConfidencePerSample(share, step.Batch.Targets).clamp(min: SmallestProbability).log()
        : step.Task.LossPerSample(share, step.Batch.Targets);

    /// <summary>exp(mean score of the other modalities that are there - own score), [M]; 1 without others.</summary>
    private static Tensor Lead(Tensor score, Tensor present)
    {
        var here = present.to(ScalarType.Float64);
        var others = (score * here).sum() - (score * here);
        var count = here.sum() - here;
        return where(count.gt(0), ((others / count.clamp(min: 1)) - score).exp(), ones_like(score));
    }
}

/// <summary>The settings of AGM (Li et al., ICCV 2023).</summary>
public sealed record AGMOptions
{
    // exp(709) is the largest power that is finite.
    private const double LargestExponent = 700;

    /// <summary>How strongly a change of the lead scales the gradient: alpha, finite and at least 0. Defaults to 1, as in the
    /// published configurations; its README uses 2.5 for AV-MNIST.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>An upper bound on the difference between reference and ratio, finite and above 0; <see langword="null"/> for
    /// none. Defaults to 10, as in the published code for CREMA-D. Alpha times the bound must not exceed 700.</summary>
    public double? Cap { get; init; } = 10;

    /// <summary>The first epoch in which gradients are modulated, at least 0. Defaults to 0.</summary>
    public int StartEpoch { get; init; }

    /// <summary>The last epoch in which gradients are modulated, at least <see cref="StartEpoch"/>. Defaults to 19, as in the
    /// published code.</summary>
    public int EndEpoch { get; init; } = 19;

    /// <summary>Whether the fusion's gradients are scaled too. Defaults to <see langword="true"/>, as in the published code.
    /// </summary>
    public bool ScaleFusion { get; init; } = true;

    internal void Check()
    {
        Require.NonNegative(Alpha);
        if (Cap is { } cap)
        {
            Require.Positive(cap, nameof(Cap));
            if (Alpha * cap > LargestExponent)
            {
                throw new ArgumentException(
                    $"Alpha times Cap must be at most {LargestExponent}, but is {Alpha * cap}: the factors would overflow.");
            }
        }

        Require.AtLeast(0, StartEpoch);
        Require.AtLeast(StartEpoch, EndEpoch);
    }
}
