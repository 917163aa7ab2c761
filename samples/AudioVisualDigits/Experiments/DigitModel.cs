using AudioVisualDigits.Data;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>The network: a small convolutional encoder per modality, audio first, and a fusion.</summary>
internal static class DigitModel
{
    /// <summary>The modalities, in their order.</summary>
    public static readonly IReadOnlyList<string> Modalities = ["audio", "image"];

    /// <summary>Features of each modality's representation.</summary>
    public const int Width = 64;

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
            [new ModalityEncoder(Modalities[0], audio), new ModalityEncoder(Modalities[1], image)], fused, heads);
    }
}
