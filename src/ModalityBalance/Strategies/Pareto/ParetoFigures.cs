using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>How the fused and the unimodal loss related at each encoder in one step, for the report.</summary>
internal sealed class ParetoFigures(int modalities, Device device)
{
    private static readonly string[] Names =
        ["cosine", "multimodal_norm", "unimodal_norm", "weight_multimodal", "rescale", "stationary"];

    private readonly Tensor[]?[] _encoders = new Tensor[]?[modalities];

    public void Set(int modality, GradientProducts whole, ParetoCoefficients coefficients) => _encoders[modality] =
    [
        coefficients.Cosine,
        whole.FirstFirst.sqrt(),
        whole.SecondSecond.sqrt(),
        coefficients.WeightMultimodal,
        coefficients.Rescale,
        coefficients.IsStationary,
    ];

    /// <summary>Adds one figure per name, NaN for an encoder that had nothing to learn.</summary>
    public StepReport AddTo(StepReport report)
    {
        for (int i = 0; i < Names.Length; i++)
        {
            report.Add(Names[i], _encoders.Select(
                figures => figures?[i] ?? full([], double.NaN, ScalarType.Float64, device)).ToArray());
        }

        return report;
    }
}
