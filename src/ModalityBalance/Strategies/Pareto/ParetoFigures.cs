using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>How the fused and the unimodal loss related at each encoder in one step, for the report.</summary>
internal sealed class ParetoFigures(int modalities, Device device)
{
    private readonly EncoderFigures _figures = new(
        modalities, device, "cosine", "multimodal_norm", "unimodal_norm", "weight_multimodal", "rescale", "stationary");

    public void Set(int modality, GradientProducts whole, ParetoCoefficients coefficients) => _figures.Set(
        modality,
        coefficients.Cosine,
        whole.FirstFirst.sqrt(),
        whole.SecondSecond.sqrt(),
        coefficients.WeightMultimodal,
        coefficients.Rescale,
        coefficients.IsStationary);

    /// <summary>Adds one figure per name, NaN for an encoder that had nothing to learn.</summary>
    public StepReport AddTo(StepReport report) => _figures.AddTo(report);
}
