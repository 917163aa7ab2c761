using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>One linear layer over the concatenated representations; an absent modality counts as zeros. It gives no
/// unimodal prediction.</summary>
public sealed class ConcatFusion : FusionModule
{
    private readonly Linear _classifier;

    /// <summary>Builds the layer with TorchSharp's default initialization.</summary>
    /// <inheritdoc cref="FusionModule(string, IReadOnlyList{long}, long)"/>
    public ConcatFusion(IReadOnlyList<long> widths, long outputs)
        : base(nameof(ConcatFusion), widths, outputs)
    {
        _classifier = nn.Linear(Widths.Sum(), outputs);
        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present) =>
        _classifier.call(cat(representations.Select((z, m) => ZeroAbsent(m, z, present)).ToArray(), 1));
}
