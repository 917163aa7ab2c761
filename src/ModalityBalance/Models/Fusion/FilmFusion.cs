using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// Feature-wise linear modulation (Perez et al., FiLM, AAAI 2018, Eq. 1 and 2): a linear layer on the conditioning
/// modality gives a scale and a shift for every feature of the other, and a linear layer classifies the result,
/// y = W (gamma(a) * b + beta(a)) + c. It is defined for two modalities. An absent modality counts as zeros. It gives
/// no unimodal prediction.
/// </summary>
public sealed class FilmFusion : FusionModule
{
    private readonly int _conditioning;
    private readonly Linear _generator;
    private readonly Linear _classifier;

    /// <summary>Builds the layers with TorchSharp's default initialisation.</summary>
    /// <param name="widths">Features of each modality's representation: two, each at least 1.</param>
    /// <param name="outputs">Values per prediction: classes, labels, or 1; at least 1.</param>
    /// <param name="conditioning">The modality that modulates the other, 0 or 1. 0 by default, this library's choice.
    /// </param>
    /// <exception cref="ArgumentException">Another number of widths than two, a size below 1, or a conditioning
    /// modality that is neither 0 nor 1.</exception>
    public FilmFusion(IReadOnlyList<long> widths, long outputs, int conditioning = 0)
        : base(nameof(FilmFusion), widths, outputs)
    {
        FusionSizes.CheckPair(Widths, conditioning, nameof(conditioning));
        _conditioning = conditioning;
        long features = Widths[1 - conditioning];
        _generator = nn.Linear(Widths[conditioning], 2 * features);
        _classifier = nn.Linear(features, outputs);
        register_module("generator", _generator);
        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        int modulated = 1 - _conditioning;
        long features = Widths[modulated];
        var film = _generator.call(ZeroAbsent(_conditioning, representations[_conditioning], present));
        var (gamma, beta) = (film.narrow(1, 0, features), film.narrow(1, features, features));
        return _classifier.call((gamma * ZeroAbsent(modulated, representations[modulated], present)) + beta);
    }
}
