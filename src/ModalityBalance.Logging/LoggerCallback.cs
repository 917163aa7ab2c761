using System.Globalization;
using Microsoft.Extensions.Logging;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace ModalityBalance.Logging;

/// <summary>Logs a training to Microsoft.Extensions.Logging, with numbers as structured values.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>1 Started</term><description>Information: first epoch, number of epochs and modalities.</description></item>
/// <item><term>2 Resumed</term><description>Information: instead of Started, with the checkpoint.</description></item>
/// <item><term>3 Step</term><description>Debug: the figures of a step, every n steps.</description></item>
/// <item><term>4 EpochEnded</term><description>Information: loss and seconds of an epoch without validation.</description></item>
/// <item><term>5 EpochValidated</term><description>Information: also the primary validation scores.</description></item>
/// <item><term>6 StepsSkipped</term><description>Warning: the steps of an epoch that were not finite.</description></item>
/// <item><term>7 Canceled</term><description>Warning: where a canceled training stands.</description></item>
/// <item><term>8 Remark</term><description>Warning: a sentence of <see cref="TrainingResult.Warnings"/>.</description></item>
/// <item><term>9 Ended</term><description>Information: number of epochs, best epoch, and why it ended.</description></item>
/// </list>
/// Epochs are numbered from 1.
/// </remarks>
public sealed partial class LoggerCallback : TrainingCallback
{
    private readonly ILogger _logger;
    private readonly int _everySteps;

    /// <summary>Creates a callback.</summary>
    /// <param name="logger">The log. It stays the caller's.</param>
    /// <param name="everySteps">The interval between logged steps, at least 1. Defaults to 50, which hides the cost of reading
    /// from the device. Where Debug is not enabled, nothing is read.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is less than 1.</exception>
    public LoggerCallback(ILogger logger, int everySteps = 50)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps, 1);
        (_logger, _everySteps) = (logger, everySteps);
    }

    /// <inheritdoc/>
    public override void OnFitStart()
    {
        if (Run.ResumedFrom is { } checkpoint)
        {
            Resumed(checkpoint, Run.Epoch + 1, Run.Epochs);
        }
        else
        {
            Started(Run.Epochs, string.Join(", ", Run.Model.Modalities));
        }
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingStep step, StepReport report)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(report);
        if (step.Index % _everySteps == 0 && !report.IsSkipped && _logger.IsEnabled(LogLevel.Debug))
        {
            var figures = report.Figures(Run.Model.Modalities)
                .Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Value:G5}"));
            Stepped(step.Index, report.Loss, string.Join(", ", figures));
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        if (summary.SkippedSteps > 0)
        {
            StepsSkipped(summary.Epoch + 1, summary.SkippedSteps);
        }

        var (loss, seconds) = (summary.Loss, summary.Duration.TotalSeconds);
        if (summary.Validation is { } validation)
        {
            EpochValidated(
                summary.Epoch + 1, Run.Epochs, loss, seconds, validation.Fused.Primary, Heads(validation));
        }
        else
        {
            EpochEnded(summary.Epoch + 1, Run.Epochs, loss, seconds);
        }
    }

    /// <inheritdoc/>
    public override void OnInterrupted() => Canceled(Run.Epoch + 1, Run.Step);

    /// <inheritdoc/>
    public override void OnFitEnd(TrainingResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        foreach (string remark in result.Warnings)
        {
            Remark(remark);
        }

        Ended(result.Epochs.Count, result.BestEpoch + 1, result.StopReason ?? "all epochs are done");
    }

    private string Heads(EvaluationResult validation) => validation.Unimodal is not { } heads
        ? "none"
        : string.Join(", ", heads.Zip(Run.Model.Modalities, (scores, modality) =>
            string.Create(CultureInfo.InvariantCulture, $"{modality} {scores.Primary:G4}")));

    [LoggerMessage(1, LogLevel.Information, "Training starts: {Epochs} epochs, modalities {Modalities}.", EventName = "Started")]
    private partial void Started(int epochs, string modalities);

    [LoggerMessage(2, LogLevel.Information, "Training resumes from {Checkpoint} in epoch {Epoch} of {Epochs}.",
        EventName = "Resumed")]
    private partial void Resumed(string checkpoint, int epoch, int epochs);

    [LoggerMessage(3, LogLevel.Debug, "Step {Step}: loss {Loss:G5}; {Figures}.", EventName = "Step",
        SkipEnabledCheck = true)]
    private partial void Stepped(long step, double loss, string figures);

    [LoggerMessage(4, LogLevel.Information, "Epoch {Epoch} of {Epochs}: loss {Loss:G5}, {Seconds:F1} s.",
        EventName = "EpochEnded")]
    private partial void EpochEnded(int epoch, int epochs, double loss, double seconds);

    [LoggerMessage(5, LogLevel.Information,
        "Epoch {Epoch} of {Epochs}: loss {Loss:G5}, {Seconds:F1} s, validation {Score:G4}, own heads {Heads}.",
        EventName = "EpochValidated")]
    private partial void EpochValidated(int epoch, int epochs, double loss, double seconds, double score, string heads);

    [LoggerMessage(6, LogLevel.Warning, "Epoch {Epoch}: {Steps} steps were skipped because something was not finite.",
        EventName = "StepsSkipped")]
    private partial void StepsSkipped(int epoch, int steps);

    [LoggerMessage(7, LogLevel.Warning, "Training was canceled in epoch {Epoch} after {Steps} steps.", EventName = "Canceled")]
    private partial void Canceled(int epoch, long steps);

    [LoggerMessage(8, LogLevel.Warning, "{Remark}", EventName = "Remark")]
    private partial void Remark(string remark);

    [LoggerMessage(9, LogLevel.Information, "Training ended after {Epochs} epochs, best epoch {BestEpoch}: {Reason}",
        EventName = "Ended")]
    private partial void Ended(int epochs, int? bestEpoch, string reason);
}
