using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// On-the-fly prediction modulation (OPM; Wei et al., TPAMI 2024): a modality whose part of the logits is surer of the label than
/// those of the others is left out of the fused prediction of some samples, drawn at random.
/// </summary>
/// <remarks>The probability of leaving a modality out is q = QBase (1 + Lambda tanh(rho - 1)) where its ratio rho is above 1,
/// else 0, as in the published code; scores and ratios are those of <see cref="OGM"/>. What is left is scaled by 1 / (1 - mean
/// q), the mean over all features. Random numbers come from TorchSharp's global generator. The report holds, per modality,
/// <c>score</c>, <c>ratio</c> and <c>drop_probability</c>.
/// </remarks>
public sealed class OPM : GradientStrategy
{
    private readonly OPMOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the published code.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public OPM(OPMOptions? options = null)
    {
        _options = options ?? new OPMOptions();
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
        var (scores, ratio, probability) = Probabilities(step);
        bool drops = step.Epoch >= _options.StartEpoch;
        var loss = drops ? DroppedLoss(step, probability) : step.TaskLoss();
        step.Backward(loss);
        return new StepReport(loss, loss).Add("score", scores).Add("ratio", ratio)
            .Add("drop_probability", drops ? probability : zeros_like(probability));
    }

    /// <summary>q of each modality, [M].</summary>
    /// <param name="ratio">rho, [M]; NaN for a modality without one.</param>
    /// <param name="qBase">In (0, 1).</param>
    /// <param name="lambda">At least 0.</param>
    internal static Tensor DropProbability(Tensor ratio, double qBase, double lambda) =>
        where(ratio.gt(1), (qBase * (1 + (lambda * (ratio - 1).tanh()))).clamp(0, 1), zeros_like(ratio));

    private (Tensor Scores, Tensor Ratio, Tensor Probability) Probabilities(TrainingStep step)
    {
        using var noGrad = no_grad();
        var scores = OGM.Scores(step, step.LogitShares(step.Predict()));
        var (ratio, _) = OGM.Coefficients(scores, 1, OGMReference.MeanOfOthers);
        return (scores, ratio, DropProbability(ratio, _options.QBase, _options.Lambda));
    }

    /// <summary>The mean loss of the samples that keep a modality, of representations with some set to zero.</summary>
    private Tensor DroppedLoss(TrainingStep step, Tensor probability)
    {
        var device = probability.device;
        long[] one = [1];
        var acts = step.Draw(() => rand(one, ScalarType.Float64, device), one, ScalarType.Float64, device)
            .lt(_options.Share).to(ScalarType.Float64);
        var q = probability * acts;
        var kept = step.DrawPerSample(step.ModalityCount, device).ge(q.unsqueeze(0));
        var features = tensor(
            [.. step.Representations.Select(z => (double)(z.numel() / step.Batch.Size))], ScalarType.Float64, device);
        var scale = 1 / (1 - ((q * features).sum() / features.sum()));

        var representations = step.Representations.Select((z, m) =>
            z * (kept.select(1, m).to(ScalarType.Float64) * scale).to(z.dtype).AlongBatch(z.dim()));
        var losses = step.TaskLosses(step.Predict([.. representations], step.Batch.Present?.Values));
        var counts = (step.Batch.Present is { } present ? kept.logical_and(present.Values) : kept).any(1).to(losses.dtype);
        return step.Mean(losses * counts) / step.Mean(counts).clamp(min: 1e-12);
    }
}

/// <summary>The settings of OPM (Wei et al., TPAMI 2024).</summary>
public sealed record OPMOptions
{
    /// <summary>The probability of leaving out a modality that is hardly surer than the others: q, in (0, 1). Defaults to 0.5, as
    /// in the published code.</summary>
    public double QBase { get; init; } = 0.5;

    /// <summary>By how much it grows with the ratio, finite and at least 0. Defaults to 0.5, as in the published code. The
    /// probability is cut off at 1.</summary>
    public double Lambda { get; init; } = 0.5;

    /// <summary>The share of batches in which modalities are left out, in (0, 1]. Defaults to 0.7, as in the published
    /// code.</summary>
    public double Share { get; init; } = 0.7;

    /// <summary>The first epoch in which modalities are left out, at least 0. Defaults to 0.</summary>
    public int StartEpoch { get; init; }

    internal void Check()
    {
        Require.PositiveShare(QBase);
        Require.NonNegative(Lambda);
        Require.PositiveShare(Share);
        Require.AtLeast(0, StartEpoch);
    }
}
