using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>Plain training: every parameter learns from the loss of the fused prediction. The baseline in which a
/// dominant modality starves the others.</summary>
public sealed class JointTraining : GradientStrategy
{
    /// <inheritdoc/>
    public override string Name => "Joint";

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.TaskLoss();
        step.Backward(loss);
        return new StepReport(loss, loss);
    }
}
