using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>The uniform baseline of MMPareto (Wei and Hu, ICML 2024, Eq. 1): every parameter learns from the plain sum
/// of the fused loss and all unimodal losses.</summary>
public sealed class UniformBaseline : GradientStrategy
{
    /// <inheritdoc/>
    public override string Name => "Uniform";

    /// <inheritdoc/>
    public override StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var joint = step.TaskLoss();
        var loss = joint + step.UnimodalLossSum();
        step.Backward(loss);
        return new StepReport(loss, joint);
    }
}
