using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// The inference rule of DI-MML (Fan et al., ACM MM 2024): one head per modality and a fusion are voters, and the surer of its
/// class a voter is, the more its logits weigh. In training mode the prediction is that of the inner fusion, which is what
/// the method's last stage trains. A further head, shared by all modalities, aligns their representations in its first stage.
/// </summary>
/// <remarks>The weights are softmax(largest probability / temperature) over the heads of the modalities that a sample has and the
/// fusion. For one class of several.</remarks>
public sealed class CertaintyFusion : FusionModule
{
    private readonly FusionModule _inner;
    private readonly Linear[] _heads;
    private readonly Linear _sharedHead;
    private readonly double _temperature;

    /// <summary>Builds the heads with TorchSharp's default initialization.</summary>
    /// <param name="inner">The fusion, whose representations all have the same width. This module owns it.</param>
    /// <param name="temperature">Finite and above 0. The larger, the more alike the weights. Defaults to 1; the published code
    /// uses 1 (CREMA-D, UCF-101) and 3 (AVE, ModelNet40).</param>
    /// <exception cref="ArgumentException">Widths differ, or the temperature is out of its range.</exception>
    public CertaintyFusion(FusionModule inner, double temperature = 1)
        : base(nameof(CertaintyFusion), inner?.Widths ?? throw new ArgumentNullException(nameof(inner)), inner.Outputs)
    {
        FusionSizes.CheckEqual(Widths);
        Require.Positive(temperature);
        (_inner, _temperature) = (inner, temperature);
        _heads = [.. Widths.Select(width => nn.Linear(width, Outputs))];
        _sharedHead = nn.Linear(Widths[0], Outputs);
        register_module("inner", _inner);
        register_module("shared_head", _sharedHead);
        for (int m = 0; m < _heads.Length; m++)
        {
            register_module($"head_{m}", _heads[m]);
        }
    }

    /// <inheritdoc/>
    public override bool PredictsUnimodal => true;

    /// <inheritdoc/>
    public override nn.Module<Tensor, Tensor> SharedHead => _sharedHead;

    /// <inheritdoc/>
    public override Tensor PredictUnimodal(int modality, Tensor representation) => _heads[modality].call(representation);

    /// <inheritdoc/>
    public override IEnumerable<Parameter> HeadParameters(int modality) => _heads[modality].parameters();

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        var fused = _inner.Fuse(representations, present);
        if (training)
        {
            return fused;
        }

        var logits = stack([.. representations.Select((z, m) =>
            ZeroAbsent(m, PredictUnimodal(m, ZeroAbsent(m, z, present)), present)), fused]);
        var certainty = logits.softmax(2).amax([2L]);
        return (logits * VoteWeights.Of(certainty / _temperature, present).unsqueeze(2)).sum([0L]);
    }
}
