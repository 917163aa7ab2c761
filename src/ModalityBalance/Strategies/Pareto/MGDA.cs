using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>
/// Conventional Pareto integration (MGDA; Wei and Hu, ICML 2024, Eq. 9): each encoder learns from twice the min-norm
/// point of the fused and of its own unimodal loss's gradient, however short that is. Fusion and heads learn from the
/// plain sum of all losses. The baseline that MMPareto mends.
/// </summary>
public sealed class MGDA : IGradientStrategy
{
    /// <inheritdoc/>
    public string Name => "Conventional Pareto";

    /// <inheritdoc/>
    public StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        var (loss, joint) = EncoderCombination.Apply(step, (_, products) =>
        {
            var whole = products.Whole();
            return ParetoDirection.Coefficients(whole.FirstFirst, whole.FirstSecond, whole.SecondSecond);
        });
        return new StepReport(loss, joint);
    }
}
