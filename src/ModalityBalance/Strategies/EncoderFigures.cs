using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>Figures of every encoder in one step, for its report: NaN for an encoder that had nothing to learn.</summary>
internal sealed class EncoderFigures(int modalities, Device device, params string[] names)
{
    private readonly Tensor[]?[] _encoders = new Tensor[]?[modalities];

    /// <param name="modality">The encoder's index.</param>
    /// <param name="values">One scalar per name.</param>
    public void Set(int modality, params Tensor[] values) => _encoders[modality] = values;

    /// <summary>Adds one figure per name.</summary>
    public StepReport AddTo(StepReport report)
    {
        foreach (var (i, name) in names.Index())
        {
            report.Add(name, _encoders.Select(values =>
                values?[i] ?? full([], double.NaN, ScalarType.Float64, device)).ToArray());
        }

        return report;
    }
}
