using AudioVisualDigits.Data;
using ModalityBalance.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>The network: a small encoder per modality, audio first, and a fusion. Encoders are convolutional, or transformers for
/// a fusion of tokens.</summary>
internal static class DigitModel
{
    /// <summary>The modalities, in their order.</summary>
    public static readonly IReadOnlyList<string> Modalities = ["audio", "image"];

    /// <summary>Features of each modality's representation.</summary>
    public const int Width = 64;

    // Of the bottleneck transformer. Patches divide both inputs into four by four.
    private const int Layers = 2;
    private const int AttentionHeads = 4;
    private const int PatchesPerSide = 4;

    /// <summary>Builds a network with new weights from TorchSharp's generator.</summary>
    /// <param name="fusion">What joins the modalities; unless it consists of heads, each modality gets one.</param>
    /// <param name="type">The type of the weights.</param>
    public static MultimodalModel Build(FusionEntry fusion, ScalarType type)
    {
        var encoders = Encoders(fusion);
        var fused = fusion.Create([Width, Width], AudioVisualDigitSet.Classes);
        return new MultimodalModel(encoders, fused, fusion.FusesHeads ? null : Heads(fusion)).to(type);
    }

    /// <summary>Builds a unimodal network per modality, whose representations have the shape of those that a fusion
    /// joins.</summary>
    /// <param name="fusion">The fusion of the student.</param>
    /// <param name="type">The type of the weights.</param>
    public static UnimodalEnsemble BuildTeachers(FusionEntry fusion, ScalarType type) =>
        new UnimodalEnsemble(Encoders(fusion), Heads(fusion)).to(type);

    /// <summary>The bottleneck layers that join the tokens of both modalities.</summary>
    public static FusionModule Bottleneck(IReadOnlyList<long> widths, long classes) =>
        new BottleneckFusion(widths.Count, widths[0], classes, Layers, heads: AttentionHeads);

    private static ModalityEncoder[] Encoders(FusionEntry fusion) => fusion.FusesTokens
        ?
        [
            new(Modalities[0], Patches(AudioVisualDigitSet.AudioSide)),
            new(Modalities[1], Patches(AudioVisualDigitSet.ImageSide)),
        ]
        : [new(Modalities[0], new SmallCnn()), new(Modalities[1], new SmallCnn())];

    private static PatchEncoder Patches(int side) =>
        new(1, side, side, side / PatchesPerSide, Width, Layers, AttentionHeads);

    private static nn.Module<Tensor, Tensor>[] Heads(FusionEntry fusion) =>
    [
        .. Modalities.Select(nn.Module<Tensor, Tensor> (_) =>
            fusion.FusesTokens ? new ClassTokenHead() : nn.Linear(Width, AudioVisualDigitSet.Classes)),
    ];

    /// <summary>Reads the class token, the first one.</summary>
    private sealed class ClassTokenHead : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer = nn.Linear(Width, AudioVisualDigitSet.Classes);

        public ClassTokenHead()
            : base(nameof(ClassTokenHead)) => RegisterComponents();

        public override Tensor forward(Tensor input) => _layer.call(input.select(1, 0));
    }
}
