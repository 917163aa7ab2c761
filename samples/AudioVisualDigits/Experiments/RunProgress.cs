using AudioVisualDigits.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace AudioVisualDigits.Experiments;

/// <summary>Watches one run: moves a bar, tells each epoch, and ends the run when it diverges.</summary>
/// <param name="settings">How it is trained.</param>
/// <param name="bar">Receives the finished share, up to 1.</param>
/// <param name="line">Receives a line per epoch.</param>
internal sealed class RunProgress(RunSettings settings, IProgress<double> bar, Action<string> line) : ITrainingObserver
{
    private double _steps;
    private int _done;

    public void OnFitStart(int epochs, int? stepsPerEpoch) =>
        _steps = epochs * (stepsPerEpoch ?? throw new ArgumentNullException(nameof(stepsPerEpoch)));

    public void OnStep(TrainingStep step, StepReport report) => bar.Report(++_done / _steps);

    public void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (!double.IsFinite(summary.Loss))
            throw new BadInputException($"--lr must be small enough to learn, but with {settings.LearningRate} the "
                + $"loss became {summary.Loss} in epoch {summary.Epoch + 1}.");
        var validation = summary.Validation is { } scores
            ? $", validation accuracy {100 * scores.Fused.Primary:F2} %"
            : "";
        line($"epoch {summary.Epoch + 1} of {settings.Epochs}: loss {summary.Loss:F4}{validation}, "
            + $"{summary.Duration.TotalSeconds:F1} s");
    }
}
