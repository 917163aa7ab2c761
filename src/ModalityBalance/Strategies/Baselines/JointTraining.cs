using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>Plain training: every parameter learns from the loss of the fused prediction. The baseline in which a
/// dominant modality starves the others.</summary>
/// <param name="trainHeads">Whether heads that the fused prediction does not use learn from their own loss, which does not
/// reach the encoders. Gradients of such heads are noise otherwise, as <c>BalanceMonitor</c> would measure them. Defaults to
/// <see langword="false"/>.</param>
public sealed class JointTraining(bool trainHeads = false) : GradientStrategy
{
    /// <inheritdoc/>
    public override string Name => "Joint";

    /// <inheritdoc/>
    protected override object? Options => trainHeads ? new { TrainHeads = true } : null;

    /// <inheritdoc/>
    public override StepReport ComputeGradients(TrainingStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        step.Encode();
        var loss = step.TaskLoss();
        step.Backward(loss);
        if (trainHeads && step.Model.HasUnimodalHeads)
        {
            UnusedHeads.Learn(step, step.UnimodalLossSum);
        }

        return new StepReport(loss, loss);
    }
}
