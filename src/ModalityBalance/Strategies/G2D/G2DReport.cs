using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>What G2D did in one step.</summary>
public sealed class G2DReport : StepReport
{
    private readonly DeviceNumbers _taskLoss;

    internal G2DReport(Tensor loss, Tensor task, IReadOnlyList<double> confidences, int? prioritised)
        : base(loss)
    {
        _taskLoss = new DeviceNumbers(nameof(TaskLoss), task.detach());
        Confidences = confidences;
        Prioritised = prioritised;
    }

    /// <summary>The task loss of the fused prediction, without distillation.</summary>
    public double TaskLoss => _taskLoss.Read()[0];

    /// <summary>Each teacher's confidence, in [0, 1] (Eq. 5); NaN for a modality that no sample of the batch has.
    /// </summary>
    public IReadOnlyList<double> Confidences { get; }

    /// <summary>The prioritised modality; null in the joint phase.</summary>
    public int? Prioritised { get; }
}
