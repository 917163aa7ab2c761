using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary> Attention across modalities, for any number of them. Every modality is one token with a query, a key and a value,
/// q_m, k_m, v_m = P_m z_m; modality m becomes o_m = norm(sum_j softmax_j(q_m . k_j / sqrt(width)) v_j) (scaled dot-product
/// attention: Vaswani et al., NeurIPS 2017, Eq. 1; across modalities: Tsai et al., ACL 2019; normalized: G2D, A.3.5), and a
/// linear layer classifies the concatenation of all o_m.
/// </summary>
/// <remarks>Each modality also attends to itself: over a single other token, the case of two modalities, the softmax would be 1
/// whatever the queries and keys are. G2D lets each modality attend to the others only. Nothing attends to an absent modality,
/// and its own o_m is zero. It gives no unimodal prediction.
/// </remarks>
public sealed class CrossAttentionFusion : FusionModule
{
    private readonly long _width;
    private readonly Linear[] _projections;
    private readonly Linear _classifier;
    private readonly LayerNorm? _norm;

    /// <summary>Builds the layers with TorchSharp's default initialization.</summary>
    /// <param name="widths">Features of each modality's representation, one per modality, each at least 1.</param>
    /// <param name="outputs">Values per prediction: classes, labels, or 1; at least 1.</param>
    /// <param name="width">Features of a query, key and value, at least 1. The largest of the widths by default, this
    /// library's choice.</param>
    /// <param name="normalize">Whether attended representations are normalized, by one layer norm for all modalities. Defaults to
    /// <see langword="true"/>, as in G2D, which does not say by which norm.</param>
    /// <exception cref="ArgumentException">Fewer than two widths, or a size below 1.</exception>
    public CrossAttentionFusion(IReadOnlyList<long> widths, long outputs, long? width = null, bool normalize = true)
        : base(nameof(CrossAttentionFusion), widths, outputs)
    {
        _width = FusionSizes.Common(Widths, width);
        _projections = Widths.Select(features => nn.Linear(features, 3 * _width)).ToArray();
        _classifier = nn.Linear(Widths.Count * _width, outputs);
        for (int m = 0; m < _projections.Length; m++)
        {
            register_module($"projection_{m}", _projections[m]);
        }

        register_module("classifier", _classifier);
        if (normalize)
        {
            _norm = nn.LayerNorm(_width);
            register_module("norm", _norm);
        }
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        var tokens = stack(
            representations.Select((z, m) => _projections[m].call(ZeroAbsent(m, z, present))).ToArray(), 1);
        var (query, key, value) = (Part(0), Part(1), Part(2));
        var scores = query.matmul(key.transpose(1, 2)) / Math.Sqrt(_width);
        if (present is not null)
        {
            scores = scores.masked_fill(Hidden(present), double.NegativeInfinity);
        }

        var attended = scores.softmax(2).matmul(value);
        attended = _norm?.call(attended) ?? attended;
        if (present is not null)
        {
            attended = attended.masked_fill(present.logical_not().unsqueeze(2), 0);
        }

        return _classifier.call(attended.flatten(1));

        Tensor Part(int index) => tokens.narrow(2, index * _width, _width);
    }

    // A modality always sees itself, so that no softmax runs over nothing, even where every modality is absent.
    private static Tensor Hidden(Tensor present)
    {
        var itself = eye(present.shape[1], dtype: ScalarType.Bool, device: present.device);
        return present.unsqueeze(1).logical_or(itself).logical_not();
    }
}
