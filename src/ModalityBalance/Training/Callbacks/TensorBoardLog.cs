using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace ModalityBalance.Training;

/// <summary> Logs curves for TensorBoard: <c>train/learning_rate</c> and <c>train/FIGURE</c> for all figures of a step's report,
/// by step; <c>epoch/loss</c>, <c>validation/SCORE</c> and <c>validation/MODALITY/SCORE</c>, by epoch. Every run adds a file to
/// the folder. Steps that a resumed run repeats because they came after the checkpoint appear twice.
/// </summary>
public sealed class TensorBoardLog : TrainingCallback
{
    private readonly string _folder;
    private readonly int _everySteps;
    private SummaryWriter? _writer;

    /// <summary>Creates a log.</summary>
    /// <param name="folder">The folder of the run, whose name TensorBoard shows. It is created when training starts.</param>
    /// <param name="everySteps">The interval between logged steps, at least 1. Defaults to 50, which hides the cost of reading
    /// from the device.</param>
    /// <exception cref="ArgumentException">The folder is empty, or the interval is less than 1.</exception>
    public TensorBoardLog(string folder, int everySteps = 50)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps, 1);
        (_folder, _everySteps) = (folder, everySteps);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public override void OnFitStart()
    {
        CsvTable.WithWriteAccess("folder", _folder, () => _writer = tensorboard.SummaryWriter(_folder));
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingStep step, StepReport report)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(report);
        if (step.Index % _everySteps == 0)
        {
            Add(step.Index, CsvStepLog.Figures(Run, report)
                .Select(figure => ($"train/{figure.Name}", figure.Value)));
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        Add(summary.Epoch, CsvEpochLog.Figures(summary, Run.Model.Modalities)
            .Select(figure => (Tag(figure), figure.Value)).Prepend(("epoch/loss", summary.Loss)));
    }

    private static string Tag(ValidationFigure figure) =>
        figure.Modality is null ? $"validation/{figure.Name}" : $"validation/{figure.Modality}/{figure.Name}";

    private void Add(long position, IEnumerable<(string Tag, double Value)> points)
    {
        foreach (var (tag, value) in points)
        {
            _writer!.add_scalar(tag, (float)value, checked((int)position));
        }
    }
}
