using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>Every encoder and its head learn from the modality's own loss only. Nothing is fused.</summary>
/// <remarks>With late fusion this is an ensemble of unimodal networks. It shows what each modality can do by itself.
/// </remarks>
public sealed class UnimodalTraining : GradientStrategy
{
    /// <inheritdoc/>
    public override string Name => "Unimodal";

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.UnimodalLossSum();
        step.Backward(loss);
        return new StepReport(loss, taskLoss: null);
    }
}
