using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// Top-down attention for a text and the regions of an image (I2MCL, Fig. 6b, after Anderson et al., CVPR 2018), for two
/// modalities: the text weighs the regions, and a network classifies the product of text and attended region.
/// </summary>
/// <remarks>a_j = w . dropout(F(v_j) * F(q)), softmax over the regions j; v = sum_j a_j v_j; y = G(F'(q) * F'(v)). F are
/// weight-normalized linear layers with ReLU, of one length for the whole matrix; G is a linear layer to twice the width, ReLU,
/// dropout and a linear layer. With a single region the softmax is 1 whatever the text says: the attention then has no effect and
/// no gradient, as in both published experiments. An absent modality counts as zeros. It gives no unimodal prediction.
/// </remarks>
public sealed class TopDownAttentionFusion : FusionModule
{
    private readonly int _query;
    private readonly double _attentionDropout;
    private readonly WeightNormalizedLinear[] _attention;
    private readonly WeightNormalizedLinear[] _joint;
    private readonly Linear _score;
    private readonly Sequential _classifier;

    /// <summary>Builds the layers with TorchSharp's default initialization.</summary>
    /// <param name="widths">Features of each modality's representation, two. That of the image is [batch, regions, width], or
    /// [batch, width] for one region; that of the text [batch, width].</param>
    /// <param name="outputs">Values per prediction, at least 1.</param>
    /// <param name="query">The index of the text, 0 or 1. Defaults to 1.</param>
    /// <param name="width">Features of the common space, at least 1. Defaults to 512, as published.</param>
    /// <param name="attentionDropout">The dropout of the attention, in [0, 1). Defaults to 0.2, as published.</param>
    /// <param name="dropout">The dropout of the classifier, in [0, 1). Defaults to 0.5, as published.</param>
    /// <exception cref="ArgumentException">There are not two widths, or a value is out of its range.</exception>
    public TopDownAttentionFusion(
        IReadOnlyList<long> widths,
        long outputs,
        int query = 1,
        long width = 512,
        double attentionDropout = 0.2,
        double dropout = 0.5)
        : base(nameof(TopDownAttentionFusion), widths, outputs)
    {
        FusionSizes.CheckPair(Widths, query, nameof(query));
        Require.AtLeast(1, width);
        Require.ProperShare(attentionDropout);
        Require.ProperShare(dropout);
        (_query, _attentionDropout) = (query, attentionDropout);
        _attention = [.. Widths.Select(features => new WeightNormalizedLinear(features, width))];
        _joint = [.. Widths.Select(features => new WeightNormalizedLinear(features, width))];
        _score = nn.Linear(width, 1);
        _classifier = nn.Sequential(
            nn.Linear(width, 2 * width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(2 * width, outputs));
        for (int m = 0; m < 2; m++)
        {
            register_module($"attention_{m}", _attention[m]);
            register_module($"joint_{m}", _joint[m]);
        }

        register_module("score", _score);
        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        int image = 1 - _query;
        var text = ZeroAbsent(_query, representations[_query], present);
        var regions = ZeroAbsent(image, representations[image], present);
        regions = regions.dim() == 2 ? regions.unsqueeze(1) : regions;
        var match = _attention[image].call(regions).relu() * _attention[_query].call(text).relu().unsqueeze(1);
        var weights = _score.call(nn.functional.dropout(match, _attentionDropout, training)).softmax(1);
        var attended = (weights * regions).sum([1L]);
        return _classifier.call(_joint[_query].call(text).relu() * _joint[image].call(attended).relu());
    }

    /// <inheritdoc/>
    private protected override long[] ShapeOf(int modality, Tensor representation, long batch) =>
        modality != _query && representation.dim() == 3
            ? ShapeOfTokens(modality, representation, batch)
            : base.ShapeOf(modality, representation, batch);
}

/// <summary>A linear layer whose weight is a length times a direction, g V / |V|, over the whole matrix (Salimans and Kingma,
/// NeurIPS 2016, with one g per layer).</summary>
internal sealed class WeightNormalizedLinear : nn.Module<Tensor, Tensor>
{
    private const string Length = "length";

    private readonly Linear _direction;

    public WeightNormalizedLinear(long inputs, long outputs)
        : base(nameof(WeightNormalizedLinear))
    {
        _direction = nn.Linear(inputs, outputs);
        register_module("direction", _direction);
        register_parameter(Length, new Parameter(_direction.weight!.detach().norm()));
    }

    // The length by name: a module that is moved or converted replaces its parameters.
    public override Tensor forward(Tensor input) => nn.functional.linear(
        input, _direction.weight! * (get_parameter(Length)! / _direction.weight!.norm()), _direction.bias);

    /// <summary>Everything is registered by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
