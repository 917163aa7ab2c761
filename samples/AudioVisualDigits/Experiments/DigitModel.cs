using AudioVisualDigits.Data;
using ModalityBalance;
using ModalityBalance.Encoders;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>The network: a small convolutional encoder per modality, audio first, and a fusion.</summary>
internal static class DigitModel
{
    /// <summary>Builds a network with new weights from TorchSharp's generator.</summary>
    /// <param name="fusion">What joins the modalities; unless it consists of heads, each modality gets one.</param>
    public static MultimodalModel Build(FusionEntry fusion)
    {
        SmallCnn audio = new();
        SmallCnn image = new();
        long[] widths = [audio.Width, image.Width];
        var fused = fusion.Create(widths, AudioVisualDigitSet.Classes);
        nn.Module<Tensor, Tensor>[]? heads = fusion.FusesHeads
            ? null
            : [.. widths.Select(width => nn.Linear(width, AudioVisualDigitSet.Classes))];
        return new MultimodalModel(
            [new ModalityEncoder("audio", audio), new ModalityEncoder("image", image)], fused, heads);
    }
}
