using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>What G2D did in one step.</summary>
public sealed class G2DReport : StepReport
{
    internal G2DReport(Tensor loss, Tensor task, IReadOnlyList<double> confidences, int? prioritised)
        : base(loss, task)
    {
        Confidences = confidences;
        Prioritised = prioritised;
    }

    /// <summary>Each teacher's confidence, in [0, 1] (Eq. 5); NaN for a modality that no sample of the batch has.
    /// </summary>
    public IReadOnlyList<double> Confidences { get; }

    /// <summary>The prioritised modality; null in the joint phase.</summary>
    public int? Prioritised { get; }

    /// <summary>Confidences, and the index of the prioritised modality, -1 in the joint phase.</summary>
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, double Value)> Details(IReadOnlyList<string> modalities) =>
        [.. PerModality("confidence", modalities, Confidences), ("prioritised", Prioritised ?? -1)];
}
