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
    int epochs, IProgress<double> bar, Action<string> line, Action<string>? resumed = null) : TrainingCallback
{
    private double _steps;
    private long _done;

    public override void OnFitStart()
    {
        (_steps, _done) = (Run.Epochs * (double)Run.StepsPerEpoch!, Run.Step);
        resumed?.Invoke(Run.Step > 0
            ? $"resumed after step {Run.Step}, in epoch {Math.Min(Run.Epoch + 1, Run.Epochs)} of {Run.Epochs}"
            : "no checkpoint of this setting to resume from, starts with epoch 1");
    }

    public override void OnStep(TrainingStep step, StepReport report) => bar.Report(++_done / _steps);

    public override void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var validation = summary.Validation is { } scores
            ? $", validation accuracy {100 * scores.Fused.Primary:F2} %"
            : "";
        line($"epoch {summary.Epoch + 1} of {epochs}: loss {summary.Loss:F4}{validation}, "
            + $"{summary.Duration.TotalSeconds:F1} s");
    }
}
