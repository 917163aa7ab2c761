using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>
/// Conventional Pareto integration (MGDA; Wei and Hu, ICML 2024, Eq. 9): each encoder learns from twice the min-norm
/// point of the gradients of the fused and of its own unimodal loss, however short that is. Fusion and heads learn from the
/// plain sum of all losses. The baseline of MMPareto.
/// </summary>
/// <remarks>The report holds, per modality, the figures of <see cref="MMPareto"/> with rescale 1.</remarks>
public sealed class MGDA : GradientStrategy
{
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
            var direction = ParetoIntegration.Direction(whole.FirstFirst, whole.FirstSecond, whole.SecondSecond);
            figures.Set(encoder.Modality, whole, direction);
            return (direction.Multimodal, direction.Unimodal);
        });
        return figures.AddTo(new StepReport(loss, joint));
    }
}
