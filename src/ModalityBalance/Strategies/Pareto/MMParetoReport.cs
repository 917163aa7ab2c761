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

    /// <summary>NaN for an encoder that had nothing to learn.</summary>
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, double Value)> Details(IReadOnlyList<string> modalities) =>
    [
        .. PerModality("cosine", modalities, Of(encoder => encoder.Cosine)),
        .. PerModality("multimodal_norm", modalities, Of(encoder => encoder.MultimodalNorm)),
        .. PerModality("unimodal_norm", modalities, Of(encoder => encoder.UnimodalNorm)),
        .. PerModality("weight_multimodal", modalities, Of(encoder => encoder.WeightMultimodal)),
    ];

    private IEnumerable<double> Of(Func<EncoderConflict, double> quantity) =>
        Encoders.Select(encoder => encoder is null ? double.NaN : quantity(encoder));
}
