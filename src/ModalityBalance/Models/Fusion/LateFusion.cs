using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// One linear head per modality; the prediction is the mean of the heads over the modalities that a sample has. Its
/// heads are the unimodal predictions.
/// </summary>
public sealed class LateFusion : FusionModule
{
    private readonly Linear[] _heads;

    /// <summary>Builds the heads with TorchSharp's default initialization.</summary>
    /// <inheritdoc cref="FusionModule(string, IReadOnlyList{long}, long)"/>
    public LateFusion(IReadOnlyList<long> widths, long outputs)
        : base(nameof(LateFusion), widths, outputs)
    {
        _heads = Widths.Select(width => nn.Linear(width, outputs)).ToArray();
        for (int m = 0; m < _heads.Length; m++)
        {
            register_module($"head_{m}", _heads[m]);
        }
    }

    /// <inheritdoc/>
    public override bool PredictsUnimodal => true;

    /// <inheritdoc/>
    public override Tensor PredictUnimodal(int modality, Tensor representation) =>
        _heads[modality].call(representation);

    /// <inheritdoc/>
    public override IEnumerable<Parameter> HeadParameters(int modality) => _heads[modality].parameters();

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present) =>
        // Zeros go into the head too: a NaN there, times the zero gradient of an absent vote, is a NaN in its weights.
        MeanOfPresent(representations.Select((z, m) => PredictUnimodal(m, ZeroAbsent(m, z, present))), present);
}
