using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary> MetaBalance (He et al., WWW 2022): the gradient of each encoder's own unimodal loss is brought closer to the length
/// of the fused loss's gradient, by moving averages of both lengths, and added to it. Fusion and heads learn from the plain sum
/// of all losses.
/// </summary>
/// <remarks>That the fused loss is the target is this library's reading of the comparison in MMPareto. The report holds, per
/// modality, <c>factor</c> on the unimodal gradient, the mean over the encoder's tensors, and <c>lowest_factor</c> and
/// <c>highest_factor</c> of them. All are NaN for an encoder that had nothing to learn from the batch.</remarks>
public sealed class MetaBalance : GradientStrategy
{
    private readonly MetaBalanceOptions _options;

    /// <summary>Creates the strategy.</summary>
    /// <param name="options">Defaults to the settings of the published code.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public MetaBalance(MetaBalanceOptions? options = null)
    {
        _options = options ?? new MetaBalanceOptions();
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
            step.ModalityCount, step.Batch.Targets.device, "factor", "lowest_factor", "highest_factor");
        var (loss, joint) = EncoderCombination.Apply(step, encoder =>
        {
            using var noGrad = no_grad();
            var products = _options.Granularity == MetaBalanceGranularity.PerTensor ? encoder.Products : encoder.Products.Whole();
            var norms = stack([products.FirstFirst, products.SecondSecond]).sqrt();
            var factors = MetaBalanceFactors.Move(State, $"encoder_{encoder.Modality}", norms, main: 0, _options);
            figures.Set(encoder.Modality, factors[1].mean(), factors[1].min(), factors[1].max());
            return (factors[0], factors[1]);
        });
        return figures.AddTo(new StepReport(loss, joint));
    }
}

/// <summary>The factors on K gradients (MetaBalance), from moving averages of their lengths that are remembered in a state.
/// </summary>
internal static class MetaBalanceFactors
{
    /// <summary>Moves the averages and gives the factors: r N_main / N_k + 1 - r, and 1 for the main objective and for a gradient
    /// that has always been zero.</summary>
    /// <param name="state">Where the averages are remembered.</param>
    /// <param name="name">The prefix of their name.</param>
    /// <param name="norms">Lengths of the gradients, double, [K] or [K, tensors].</param>
    /// <param name="main">The objective whose length the others approach.</param>
    /// <param name="options">The settings.</param>
    /// <returns>Like the lengths.</returns>
    public static Tensor Move(StateDict state, string name, Tensor norms, int main, MetaBalanceOptions options)
    {
        var moving = state.GetOrAdd($"{name}_norms", () => zeros_like(norms));
        moving.mul_(options.Beta).add_(norms, alpha: 1 - options.Beta);
        var target = moving[main].expand_as(moving);
        var one = ones_like(moving);
        var factors = (options.Relax * (target / moving)) + (1 - options.Relax);
        var acts = options.Rule switch
        {
            MetaBalanceRule.Reduce => moving.gt(target),
            MetaBalanceRule.Enlarge => moving.le(target),
            _ => one.to(ScalarType.Bool),
        };
        factors = where(acts.logical_and(moving.gt(0)), factors, one);
        factors[main] = one[main];
        return factors;
    }
}
