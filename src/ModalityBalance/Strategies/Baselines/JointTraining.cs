using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>Plain training: every parameter learns from the loss of the fused prediction. The baseline in which a
/// dominant modality starves the others.</summary>
public sealed class JointTraining : IGradientStrategy
{
    /// <inheritdoc/>
    public string Name => "Joint";

    /// <inheritdoc/>
    public StrategyRequirements Requirements => StrategyRequirements.None;

    /// <inheritdoc/>
    public StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.TaskLosses().mean();
        step.Backward(loss);
        return new StepReport(loss, loss);
    }
}
