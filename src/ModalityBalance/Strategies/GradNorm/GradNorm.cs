using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// GradNorm (Chen et al., ICML 2018, arXiv 1711.02257): every encoder weighs the gradients of the fused loss and of its own
/// unimodal loss by weights that are learned, so that the loss that lags behind gets the longer gradient. Fusion and heads learn
/// from the plain sum of all losses.
/// </summary>
/// <remarks>Weights of its own for every encoder are this library's reading of the comparison in MMPareto, which does not
/// describe it. The report holds, per modality, <c>weight_multimodal</c> and <c>weight_unimodal</c>, with the sum 2, as used in
/// the step, and <c>relative_rate_unimodal</c>, the inverse training rate of the unimodal loss relative to the mean of both. All
/// are NaN for an encoder that had nothing to learn from the batch.</remarks>
public sealed class GradNorm : GradientStrategy
{
    private readonly GradNormOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the paper.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public GradNorm(GradNormOptions? options = null)
    {
        _options = options ?? new GradNormOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    protected override object Options => _options;

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var figures = new EncoderFigures(
            step.ModalityCount, step.Batch.Targets.device, "weight_multimodal", "weight_unimodal", "relative_rate_unimodal");
        var (loss, joint) = EncoderCombination.Apply(step, encoder =>
        {
            using var noGrad = no_grad();
            var whole = encoder.Products.Whole();
            var (used, rates) = GradNormWeights.Move(
                State,
                $"encoder_{encoder.Modality}",
                stack([encoder.FusedLoss, encoder.UnimodalLoss]),
                stack([whole.FirstFirst, whole.SecondSecond]).sqrt(),
                _options);
            figures.Set(encoder.Modality, used[0], used[1], rates[1]);
            return (used[0], used[1]);
        });
        return figures.AddTo(new StepReport(loss, joint));
    }
}

/// <summary>The settings of GradNorm (Chen et al., ICML 2018).</summary>
public sealed record GradNormOptions
{
    /// <summary>The strength of the restoring force: alpha, finite and at least 0. Defaults to 1.5, the paper's value for NYUv2.
    /// </summary>
    public double Alpha { get; init; } = 1.5;

    /// <summary>The learning rate of the weights, finite and at least 0. Defaults to 0.025, remembered from the paper and not
    /// verified.</summary>
    public double Rate { get; init; } = 0.025;

    internal void Check()
    {
        Require.NonNegative(Alpha);
        Require.NonNegative(Rate);
    }
}

/// <summary>The weights of K losses (GradNorm, Algorithm 1), remembered in a state.</summary>
internal static class GradNormWeights
{
    // A first loss below this is no measure of progress: its ratio is taken as 1.
    private const double LeastFirstLoss = 1e-12;

    /// <summary>Moves the weights by one step of their own.</summary>
    /// <param name="state">Where weights and first losses are remembered.</param>
    /// <param name="name">The prefix of their names.</param>
    /// <param name="losses">[K].</param>
    /// <param name="norms">|grad L_i|, unweighted, double, [K].</param>
    /// <param name="options">alpha and the rate.</param>
    /// <returns>The weights to be used in this step, those before the move, and the relative inverse training rates, double,
    /// [K].</returns>
    public static (Tensor Used, Tensor Rates) Move(
        StateDict state, string name, Tensor losses, Tensor norms, GradNormOptions options)
    {
        losses = losses.to(ScalarType.Float64);
        var weights = state.GetOrAdd($"{name}_weights", () => ones_like(losses));
        var first = state.GetOrAdd($"{name}_first_losses", () => losses);
        var used = weights.clone();
        var rates = RelativeRates(losses, first);
        weights.copy_(Next(used, norms, rates, options));
        return (used, rates);
    }

    /// <summary>r_i = (L_i / L_i(0)) / mean.</summary>
    public static Tensor RelativeRates(Tensor losses, Tensor first)
    {
        var ratios = where(first.gt(LeastFirstLoss), losses / first, ones_like(losses));
        return ratios / ratios.mean();
    }

    /// <summary>w_i - eta sign(G_i - mean(G) r_i^alpha) |grad L_i|, at least 0, scaled to the sum K.</summary>
    public static Tensor Next(Tensor weights, Tensor norms, Tensor rates, GradNormOptions options)
    {
        var weighted = weights * norms;
        var targets = weighted.mean() * rates.pow(options.Alpha);
        var raw = (weights - (options.Rate * (weighted - targets).sign() * norms)).clamp(min: 0);
        var sum = raw.sum();
        return where(sum.gt(0), raw * (weights.shape[0] / sum), weights);
    }
}
