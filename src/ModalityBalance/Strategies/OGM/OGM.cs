using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// On-the-fly gradient modulation with generalization enhancement (OGM-GE; Peng et al., CVPR 2022, arXiv 2203.15332): the
/// encoder of a modality whose part of the logits is surer of the label than those of the others gets a shorter gradient.
/// Gaussian noise as large as the gradient's own spread is added to every encoder. Fusion and heads learn as in joint training.
/// </summary>
/// <remarks>The report holds, per modality, <c>score</c>, the mean probability of the true label in [0, 1]; <c>ratio</c>, the
/// score over that of the others; and <c>coefficient</c>, the factor on the gradient in [0, 1]. Score and ratio are NaN for a
/// modality that no sample of the batch has. Outside the window of epochs nothing is measured and nothing reported but the
/// loss.</remarks>
public sealed class OGM : GradientStrategy
{
    private readonly OGMOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public OGM(OGMOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _options = options;
    }

    /// <inheritdoc/>
    public override string Name => _options.Noise ? "OGM-GE" : "OGM";

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements =>
        _options.Score == OGMScore.Heads ? StrategyRequirements.UnimodalHeads : StrategyRequirements.None;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var prediction = step.Predict();
        var loss = step.Mean(step.TaskLosses(prediction));
        bool modulates = step.Epoch >= _options.StartEpoch && step.Epoch <= _options.EndEpoch;
        var (scores, ratio, coefficient) = modulates ? Modulation(step, prediction) : default;
        var cotangents = step.BackwardTop(loss);
        for (int m = 0; m < step.ModalityCount; m++)
        {
            BackwardEncoder(step, m, cotangents[m], modulates ? coefficient[m] : null);
        }

        var report = new StepReport(loss, loss);
        return modulates
            ? report.Add("score", scores).Add("ratio", ratio).Add("coefficient", coefficient)
            : report;
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Validate(TrainingPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return _options.Score == OGMScore.LogitShare ? LogitShareFindings.Of(Name, plan) : [];
    }

    /// <summary>rho_m, the score over that of the others, and k_m = 1 - tanh(alpha rho_m) where rho_m is above 1, else 1
    /// (Eq. 10).</summary>
    /// <param name="scores">At least 0, [M], double; NaN for a modality that is not there.</param>
    /// <param name="alpha">Above 0.</param>
    /// <param name="reference">What a score is divided by.</param>
    /// <returns>[M] each. A modality that is missing, or the only one, has the ratio NaN and the coefficient 1.</returns>
    internal static (Tensor Ratio, Tensor Coefficient) Coefficients(Tensor scores, double alpha, OGMReference reference)
    {
        var present = scores.isnan().logical_not();
        var known = where(present, scores, zeros_like(scores));
        var others = present.sum() - present.to(ScalarType.Float64);
        var divisor = reference == OGMReference.MeanOfOthers
            ? (known.sum() - known) / others
            : where(present, scores, full_like(scores, double.PositiveInfinity)).min();
        var ratio = where(present.logical_and(others.gt(0)), scores / divisor, full_like(scores, double.NaN));
        return (ratio, where(ratio.gt(1), 1 - (alpha * ratio).tanh(), ones_like(ratio)));
    }

    /// <summary>s_m, the mean confidence of each modality's part of the logits, [M], double; NaN for a modality that no sample
    /// has.
    /// </summary>
    internal static Tensor Scores(TrainingStep step, IReadOnlyList<Tensor> parts) =>
        stack([.. parts.Select((part, m) => step.SamplesWith(m) == 0
            ? full([], double.NaN, ScalarType.Float64, part.device)
            : step.Mean(step.Task.ConfidencePerSample(part, step.Batch.Targets), m).to(ScalarType.Float64))]);

    private (Tensor Scores, Tensor Ratio, Tensor Coefficient) Modulation(TrainingStep step, Tensor prediction)
    {
        using var noGrad = no_grad();
        var parts = _options.Score == OGMScore.Heads
            ? [.. Enumerable.Range(0, step.ModalityCount).Select(step.PredictUnimodal)]
            : step.LogitShares(prediction);
        var scores = Scores(step, parts);
        var (ratio, coefficient) = Coefficients(scores, _options.Alpha, _options.Reference);
        return (scores, ratio, coefficient);
    }

    private void BackwardEncoder(TrainingStep step, int modality, Tensor? cotangent, Tensor? coefficient)
    {
        if (cotangent is null || coefficient is null)
        {
            step.BackwardEncoder(modality, cotangent);
        }
        else if (!_options.Noise && _options.Tensors == OGMTensors.WholeEncoder)
        {
            step.BackwardEncoder(modality, cotangent * coefficient.to(cotangent.dtype));
        }
        else if (step.EncoderGradients(modality, [cotangent]) is [{ Count: > 0 } gradients])
        {
            step.SetEncoderGradient(modality, [.. gradients.Select(gradient => Modulated(step, gradient, coefficient))]);
        }
    }

    /// <summary>k G + N(0, sigma^2), sigma the standard deviation of the elements of G, of one parameter's gradient.</summary>
    private Tensor Modulated(TrainingStep step, Tensor gradient, Tensor coefficient)
    {
        if (_options.Tensors == OGMTensors.Convolutions && gradient.dim() != 4)
        {
            return gradient;
        }

        using var noGrad = no_grad();
        var modulated = gradient * coefficient.to(gradient.dtype);

        // The standard deviation of a single element is not defined: it gets no noise.
        return _options.Noise && gradient.numel() > 1
            ? modulated + (step.Draw(() => randn_like(gradient), gradient.shape, gradient.dtype, gradient.device) * gradient.std())
            : modulated;
    }
}
