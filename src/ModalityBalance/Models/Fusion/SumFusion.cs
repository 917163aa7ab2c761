using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// One linear layer per modality, summed over the modalities that a sample has. The terms are contributions to a
/// common score, not predictions: for those, give the model unimodal heads.
/// </summary>
public sealed class SumFusion : FusionModule
{
    private readonly Linear[] _terms;

    /// <summary>Builds the layers with TorchSharp's default initialization.</summary>
    /// <inheritdoc cref="FusionModule(string, IReadOnlyList{long}, long)"/>
    public SumFusion(IReadOnlyList<long> widths, long outputs)
        : base(nameof(SumFusion), widths, outputs)
    {
        _terms = Widths.Select(width => nn.Linear(width, outputs)).ToArray();
        for (int m = 0; m < _terms.Length; m++)
        {
            register_module($"term_{m}", _terms[m]);
        }
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present) =>
        // Zeros go into the layer too: a NaN there, times the zero gradient of an absent term, is a NaN in its weights.
        representations
            .Select((z, m) => ZeroAbsent(m, _terms[m].call(ZeroAbsent(m, z, present)), present))
            .Aggregate((sum, term) => sum + term);
}
