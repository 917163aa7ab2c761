using System.Globalization;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using Spectre.Console;

namespace ModalityBalance.SpectreConsole;

/// <summary>Shows a training as a bar of a progress display of Spectre.Console: the share of steps that are done, and the loss
/// and validation score of the last epoch.</summary>
/// <remarks>
/// <code>
/// AnsiConsole.Progress().Start(context =>
///     new Trainer(model, task, strategy, options with { Callbacks = [new ProgressCallback(context)] }).Fit(train, validation));
/// </code>
/// Reads nothing from the device. Where the console is no terminal, Spectre.Console writes a line now and then instead.
/// </remarks>
public sealed class ProgressCallback : TrainingCallback
{
    private readonly ProgressContext _context;
    private readonly string _title;

    /// <summary>Creates a callback for one run.</summary>
    /// <param name="context">The display. It must be open while the run trains.</param>
    /// <param name="title">What stands before the bar; markup is shown as it is written.</param>
    public ProgressCallback(ProgressContext context, string title = "training")
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(title);
        (_context, _title) = (context, title);
    }

    /// <summary>The bar; null before the run.</summary>
    internal ProgressTask? Bar { get; private set; }

    /// <inheritdoc/>
    public override void OnFitStart()
    {
        // Without a known number of steps the bar counts epochs.
        double most = Run.StepsPerEpoch is { } steps ? (double)Run.Epochs * steps : Run.Epochs;
        Bar = _context.AddTask(Text($"epoch {Math.Min(Run.Epoch + 1, Run.Epochs)} of {Run.Epochs}"), maxValue: Math.Max(1, most));
        Bar.Value = Run.StepsPerEpoch is null ? Run.Epoch : Run.Step;
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingStep step, StepReport report)
    {
        ArgumentNullException.ThrowIfNull(step);
        if (Run.StepsPerEpoch is not null)
        {
            Bar!.Value = step.Index + 1;
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        int done = summary.Epoch + 1;
        Bar!.Value = Run.StepsPerEpoch is { } steps ? (double)done * steps : done;
        string validation = summary.Validation is { } scores
            ? string.Create(CultureInfo.InvariantCulture, $", validation {scores.Fused.Primary:G4}")
            : "";
        Bar.Description = Text(string.Create(
            CultureInfo.InvariantCulture, $"epoch {done} of {Run.Epochs}, loss {summary.Loss:G4}{validation}"));
    }

    /// <inheritdoc/>
    public override void OnInterrupted() => Bar?.StopTask();

    /// <inheritdoc/>
    public override void OnFitEnd(TrainingResult result)
    {
        Bar!.Value = Bar.MaxValue;
        Bar.StopTask();
    }

    private string Text(string state) => Markup.Escape($"{_title}: {state}");
}
