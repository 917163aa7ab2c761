using System.Globalization;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace AudioVisualDigits.Results;

/// <summary>Writes what a strategy did in every step as comma-separated values: alpha and the selected modality
/// (I2MCL, Fig. 3), cosines, norms and weights (MMPareto, Fig. 1 and 4), confidences and the prioritised modality (G2D,
/// Fig. 3), the losses for all. Written aside and renamed when training ends.</summary>
/// <param name="path">The file.</param>
/// <param name="modalities">The modalities' names.</param>
internal sealed class TraceFile(string path, IReadOnlyList<string> modalities) : ITrainingObserver
{
    private readonly List<string> _lines = [];

    public void OnStep(TrainingStep step, StepReport report)
    {
        List<(string Name, double Value)> values =
        [
            ("epoch", step.Epoch),
            ("step", step.Index),
            ("loss", report.Loss),
            ("task_loss", report.TaskLoss),
            .. Details(report),
        ];
        if (_lines.Count == 0)
            _lines.Add(string.Join(',', values.Select(value => value.Name)));
        _lines.Add(string.Join(',', values.Select(value => value.Value.ToString("R", CultureInfo.InvariantCulture))));
    }

    public void OnFitEnd(TrainingResult result)
    {
        File.WriteAllLines(path + ".tmp", _lines);
        File.Move(path + ".tmp", path, overwrite: true);
    }

    private IEnumerable<(string, double)> Details(StepReport report) => report switch
    {
        I2mclReport i2mcl =>
        [
            .. PerModality("alpha", i2mcl.Alpha),
            ("selected", i2mcl.Selected),
            ("tied", i2mcl.Tied ? 1 : 0),
            .. PerModality("distillation_loss", i2mcl.DistillationLosses),
        ],
        MMParetoReport pareto =>
        [
            .. PerModality("cosine", Of(pareto, encoder => encoder.Cosine)),
            .. PerModality("multimodal_norm", Of(pareto, encoder => encoder.MultimodalNorm)),
            .. PerModality("unimodal_norm", Of(pareto, encoder => encoder.UnimodalNorm)),
            .. PerModality("weight_multimodal", Of(pareto, encoder => encoder.WeightMultimodal)),
        ],
        G2DReport g2d => [.. PerModality("confidence", g2d.Confidences), ("prioritised", g2d.Prioritised ?? -1)],
        _ => [],
    };

    private static double[] Of(MMParetoReport report, Func<EncoderConflict, double> quantity) =>
        [.. report.Encoders.Select(encoder => encoder is null ? double.NaN : quantity(encoder))];

    private IEnumerable<(string, double)> PerModality(string name, IReadOnlyList<double> values) =>
        modalities.Zip(values, (modality, value) => ($"{name}_{modality}", value));
}
