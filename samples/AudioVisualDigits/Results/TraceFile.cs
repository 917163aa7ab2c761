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
            [("epoch", step.Epoch), ("step", step.Index), .. report.Figures(modalities)];
        if (_lines.Count == 0)
            _lines.Add(string.Join(',', values.Select(value => value.Name)));
        _lines.Add(string.Join(',', values.Select(value => value.Value.ToString("R", CultureInfo.InvariantCulture))));
    }

    public void OnFitEnd(TrainingResult result)
    {
        File.WriteAllLines(path + ".tmp", _lines);
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
