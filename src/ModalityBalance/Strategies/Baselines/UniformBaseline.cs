using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>The uniform baseline of MMPareto (Wei and Hu, ICML 2024, Eq. 2): every parameter learns from the plain sum
/// of the fused loss and all unimodal losses.</summary>
public sealed class UniformBaseline : IGradientStrategy
{
    /// <inheritdoc/>
    public string Name => "Uniform";

    /// <inheritdoc/>
    public StrategyRequirements Requirements => StrategyRequirements.UnimodalHeads;

    /// <inheritdoc/>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var joint = step.TaskLosses().mean();
        var loss = joint + step.UnimodalLossSum();
        step.Backward(loss);
        return new StepReport(loss, joint);
    }
}
