using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary> Feature-wise linear modulation (Perez et al., FiLM, AAAI 2018, Eq. 1 and 2): a linear layer on the conditioning
/// modality gives a scale and a shift for every feature of the others, and a linear layer classifies the result, y = W (gamma(a)
/// * b + beta(a)) + c, where b is the concatenation of the other representations. An absent modality counts as zeros. It gives no
/// unimodal prediction.
/// </summary>
/// <remarks>FiLM is defined for two modalities. That the first acts on all others is this library's reading of G2D
/// (A.3.4).</remarks>
public sealed class FilmFusion : FusionModule
{
    private readonly int _conditioning;
    private readonly Linear _generator;
    private readonly Linear _classifier;

    /// <summary>Builds the layers with TorchSharp's default initialization.</summary>
    /// <param name="widths">Features of each modality's representation, one per modality, each at least 1.</param>
    /// <param name="outputs">Values per prediction: classes, labels, or 1; at least 1.</param>
    /// <param name="conditioning">The modality that modulates the others, an index in [0, M). Defaults to 0, this library's
    /// choice.
    /// </param>
    /// <exception cref="ArgumentException">Fewer than two widths, a size below 1, or no such modality.</exception>
    public FilmFusion(IReadOnlyList<long> widths, long outputs, int conditioning = 0)
        : base(nameof(FilmFusion), widths, outputs)
    {
        FusionSizes.CheckLeader(Widths, conditioning, nameof(conditioning));
        _conditioning = conditioning;
        long features = Widths.Where((_, m) => m != conditioning).Sum();
        _generator = nn.Linear(Widths[conditioning], 2 * features);
        _classifier = nn.Linear(features, outputs);
        register_module("generator", _generator);
        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        Tensor[] z = [.. representations.Select((value, m) => ZeroAbsent(m, value, present))];
        Tensor[] others = [.. z.Where((_, m) => m != _conditioning)];
        var modulated = others.Length == 1 ? others[0] : cat(others, 1);
        var film = _generator.call(z[_conditioning]).chunk(2, 1);
        return _classifier.call((film[0] * modulated) + film[1]);
    }
}
