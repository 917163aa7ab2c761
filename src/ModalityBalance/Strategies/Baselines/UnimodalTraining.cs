using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>Every encoder and its head learn alone, from the modality's own loss; nothing is fused. With late fusion
/// this is an ensemble of unimodal networks. What each modality can do by itself: the yardstick, and the teacher, of
/// the other strategies.</summary>
public sealed class UnimodalTraining : IGradientStrategy
{
    /// <inheritdoc/>
    public string Name => "Unimodal";

    /// <inheritdoc/>
    public StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.UnimodalLossSum();
        step.Backward(loss);
        return new StepReport(loss, taskLoss: null);
    }
}
