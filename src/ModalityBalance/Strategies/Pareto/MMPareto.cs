using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// MMPareto (Wei and Hu, ICML 2024, arXiv 2405.17730): each encoder's gradients of the fused and of its own unimodal
/// loss are added when they agree. When they conflict, the direction is that of their min-norm point and the length
/// that of their sum. Fusion and heads learn from the plain sum of all losses. Any number of modalities.
/// </summary>
/// <remarks>The report holds, per modality: <c>cosine</c> between the two gradients, in [-1, 1], negative in conflict;
/// <c>multimodal_norm</c> and <c>unimodal_norm</c>, the lengths of the gradients; <c>weight_multimodal</c>, alpha_m in [0, 1],
/// a half without conflict; <c>rescale</c>, the factor that gave the update the length of the plain sum; <c>stationary</c>, 1
/// if the gradients were opposite to working precision and the update is zero. All are NaN for an encoder that had nothing to
/// learn from the batch.</remarks>
public sealed class MMPareto : GradientStrategy
{
    private readonly MMParetoOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the paper.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MMPareto(MMParetoOptions? options = null)
    {
        _options = options ?? new MMParetoOptions();
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
        var figures = new ParetoFigures(step.ModalityCount, step.Batch.Targets.device);
        var (loss, joint) = EncoderCombination.Apply(step, encoder =>
        {
            var whole = encoder.Products.Whole();
            var integration = ParetoIntegration.Integrate(
                whole.FirstFirst, whole.FirstSecond, whole.SecondSecond, _options.Gamma);
            figures.Set(encoder.Modality, whole, integration);
            return _options.Rescale == MMParetoRescale.PerEncoder
                ? (integration.Multimodal, integration.Unimodal)
                : RescaledPerTensor(encoder.Products, integration);
        });
        return figures.AddTo(new StepReport(loss, joint));
    }

    /// <summary>The same min-norm weights in every tensor, stretched to the length of that tensor's own sum.</summary>
    private (Tensor Multimodal, Tensor Unimodal) RescaledPerTensor(
        GradientProducts products, ParetoCoefficients integration)
    {
        var (a, b) = (2 * integration.WeightMultimodal, 2 * integration.WeightUnimodal);
        var sum = SquaredLength(products, ones_like(a), ones_like(b)).clamp(min: 0).sqrt();
        var combined = SquaredLength(products, a, b).clamp(min: 0).sqrt();
        var stretch = where(combined.gt(0), sum / combined, zeros_like(sum))
            .masked_fill(integration.IsStationary, 0) * _options.Gamma;
        return (stretch * a, stretch * b);
    }

    /// <summary>|a g + b h|^2 of each tensor.</summary>
    private static Tensor SquaredLength(GradientProducts products, Tensor a, Tensor b) =>
        (a * a * products.FirstFirst) + (2 * a * b * products.FirstSecond) + (b * b * products.SecondSecond);
}
