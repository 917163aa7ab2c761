using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary> One modality gates the others (Kiela et al., Efficient Large-Scale Multi-Modal Classification, AAAI 2018, the gated
/// form): all are projected to a common width, y = W [sigmoid(U a) * V_m b_m] + c over the concatenation of all others m, with
/// biases in U and V. An absent modality counts as zeros. It gives no unimodal prediction.
/// </summary>
/// <remarks>The published form has two modalities. For more, that the same gate acts on each is this library's reading of G2D
/// (A.3.4).</remarks>
public sealed class GatedFusion : FusionModule
{
    private readonly int _gate;
    private readonly Linear[] _projections;
    private readonly Linear _classifier;

    /// <summary>Builds the layers with TorchSharp's default initialization.</summary>
    /// <param name="widths">Features of each modality's representation, one per modality, each at least 1.</param>
    /// <param name="outputs">Values per prediction: classes, labels, or 1; at least 1.</param>
    /// <param name="width">Features of the common space, at least 1. Defaults to the largest of the widths, this library's
    /// choice.
    /// </param>
    /// <param name="gate">The modality that gates the others, an index in [0, M). Defaults to 0, this library's choice.</param>
    /// <exception cref="ArgumentException">Fewer than two widths, a size below 1, or no such modality.</exception>
    public GatedFusion(IReadOnlyList<long> widths, long outputs, long? width = null, int gate = 0)
        : base(nameof(GatedFusion), widths, outputs)
    {
        FusionSizes.CheckLeader(Widths, gate, nameof(gate));
        _gate = gate;
        long common = FusionSizes.Common(Widths, width);
        _projections = Widths.Select(features => nn.Linear(features, common)).ToArray();
        _classifier = nn.Linear(common * (Widths.Count - 1), outputs);
        for (int m = 0; m < _projections.Length; m++)
        {
            register_module($"projection_{m}", _projections[m]);
        }

        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        var gate = Project(_gate).sigmoid();
        Tensor[] gated = [.. Enumerable.Range(0, Widths.Count).Where(m => m != _gate).Select(m => gate * Project(m))];
        return _classifier.call(gated.Length == 1 ? gated[0] : cat(gated, 1));

        Tensor Project(int m) => _projections[m].call(ZeroAbsent(m, representations[m], present));
    }
}
