using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace AudioVisualDigits.Experiments;

/// <summary>Watches one run: moves a bar and tells each epoch.</summary>
/// <param name="epochs">Epochs to come.</param>
/// <param name="bar">Receives the finished share, up to 1.</param>
/// <param name="line">Receives a line per epoch.</param>
/// <param name="resumed">Receives where a run begins that is to be resumed; null for one that is not.</param>
internal sealed class RunProgress(
    int epochs, IProgress<double> bar, Action<string> line, Action<string>? resumed = null) : ITrainingObserver
{
    private double _steps;
    private long _done;

    public void OnFitStart(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_steps, _done) = (run.Epochs * (double)run.StepsPerEpoch!, run.Step);
        resumed?.Invoke(run.Step > 0
            ? $"resumed after step {run.Step}, in epoch {Math.Min(run.Epoch + 1, run.Epochs)} of {run.Epochs}"
            : "no checkpoint of this setting to go on from, begins with epoch 1");
    }

    public void OnStep(TrainingStep step, StepReport report) => bar.Report(++_done / _steps);

    public void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var validation = summary.Validation is { } scores
            ? $", validation accuracy {100 * scores.Fused.Primary:F2} %"
            : "";
        line($"epoch {summary.Epoch + 1} of {epochs}: loss {summary.Loss:F4}{validation}, "
            + $"{summary.Duration.TotalSeconds:F1} s");
    }
}
