using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// MMPareto (Wei and Hu, ICML 2024, arXiv 2405.17730): each encoder's gradients of the fused and of its own unimodal
/// loss are added when they agree; when they conflict, the direction is that of their min-norm point and the length
/// that of their sum. Fusion and heads learn from the plain sum of all losses. Any number of modalities.
/// </summary>
public sealed class MMPareto : IGradientStrategy
{
    private readonly MMParetoOptions _options;

    /// <summary>The method.</summary>
    /// <param name="options">As in the paper by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MMPareto(MMParetoOptions? options = null)
    {
        _options = options ?? new MMParetoOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    public string Name => "MMPareto";

    /// <inheritdoc/>
    public string Description => Name.With(_options);

    /// <inheritdoc/>
    public StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var encoders = new EncoderConflict?[step.ModalityCount];
        var (loss, joint) = EncoderCombination.Apply(step, (modality, products) =>
        {
            var whole = products.Whole();
            var integration = MMParetoIntegration.Integrate(
                whole.FirstFirst, whole.FirstSecond, whole.SecondSecond, _options.Gamma);
            encoders[modality] = new EncoderConflict(whole, integration);
            return _options.Rescale == MMParetoRescale.PerEncoder
                ? (integration.Multimodal, integration.Unimodal)
                : RescaledPerTensor(products, integration);
        });
        return new MMParetoReport(loss, joint, encoders);
    }

    /// <summary>The same min-norm weights in every tensor, stretched to the length of that tensor's own sum.</summary>
    private (Tensor Multimodal, Tensor Unimodal) RescaledPerTensor(
        GradientProducts products, MMParetoCoefficientTensors integration)
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
