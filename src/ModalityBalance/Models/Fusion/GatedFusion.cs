using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// One modality gates the other (Kiela et al., Efficient Large-Scale Multi-Modal Classification, AAAI 2018, the gated
/// form): both are projected to a common width, y = W (sigmoid(U a) * V b) + c, with biases in U and V. It is defined
/// for two modalities. An absent modality counts as zeros. It gives no unimodal prediction.
/// </summary>
public sealed class GatedFusion : FusionModule
{
    private readonly int _gate;
    private readonly Linear[] _projections;
    private readonly Linear _classifier;

    /// <summary>Builds the layers with TorchSharp's default initialisation.</summary>
    /// <param name="widths">Features of each modality's representation: two, each at least 1.</param>
    /// <param name="outputs">Values per prediction: classes, labels, or 1; at least 1.</param>
    /// <param name="width">Features of the common space, at least 1. The larger of the two widths by default, this
    /// library's choice.</param>
    /// <param name="gate">The modality that gates the other, 0 or 1. 0 by default, this library's choice.</param>
    /// <exception cref="ArgumentException">Another number of widths than two, a size below 1, or a gate that is
    /// neither 0 nor 1.</exception>
    public GatedFusion(IReadOnlyList<long> widths, long outputs, long? width = null, int gate = 0)
        : base(nameof(GatedFusion), widths, outputs)
    {
        FusionSizes.CheckPair(Widths, gate, nameof(gate));
        _gate = gate;
        long common = FusionSizes.Common(Widths, width);
        _projections = Widths.Select(features => nn.Linear(features, common)).ToArray();
        _classifier = nn.Linear(common, outputs);
        register_module("projection_0", _projections[0]);
        register_module("projection_1", _projections[1]);
        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        return _classifier.call(Project(_gate).sigmoid() * Project(1 - _gate));

        Tensor Project(int m) => _projections[m].call(ZeroAbsent(m, representations[m], present));
    }
}
