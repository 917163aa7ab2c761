using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>What MMPareto did in one step.</summary>
public sealed class MMParetoReport : StepReport
{
    internal MMParetoReport(Tensor loss, Tensor joint, IReadOnlyList<EncoderConflict?> encoders)
        : base(loss, joint)
    {
        Encoders = encoders;
    }

    /// <summary>Each modality's encoder; null for one that had nothing to learn from the batch.</summary>
    public IReadOnlyList<EncoderConflict?> Encoders { get; }
}
