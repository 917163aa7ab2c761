using System.Globalization;
using Microsoft.Extensions.Logging;
using ModalityBalance.Logging;
using ModalityBalance.Plots.Tests.Support;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Callbacks.Tests;

public sealed class LoggerCallbackTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_training_is_logged_from_start_to_end()
    {
        var (log, result) = Train(new UniformBaseline(), LogLevel.Information, validate: true);
        log.Entries.Select(entry => (entry.Level, entry.Id.Name)).Should().Equal(
            (LogLevel.Information, "Started"),
            (LogLevel.Information, "EpochValidated"),
            (LogLevel.Information, "EpochValidated"),
            (LogLevel.Information, "EpochValidated"),
            (LogLevel.Information, "Ended"));
        log.Entries[0].Text.Should().Be("Training starts: 3 epochs, modalities audio, image.");
        var validation = result.Epochs[1].Validation!;
        log.Entries[2].Text.Should().Be(string.Create(CultureInfo.InvariantCulture,
            $"Epoch 2 of 3: loss {result.Epochs[1].Loss:G5}, {result.Epochs[1].Duration.TotalSeconds:F1} s, "
            + $"validation {validation.Fused.Primary:G4}, own heads audio {validation.Unimodal![0].Primary:G4}, "
            + $"image {validation.Unimodal[1].Primary:G4}."));
        log.Entries[2]["Loss"].Should().Be(result.Epochs[1].Loss, "numbers are structured");
        log.Entries[^1]["BestEpoch"].Should().Be(result.BestEpoch + 1);
    }

    [Fact]
    public void Every_nth_step_is_logged_where_that_is_wanted()
    {
        var (log, _) = Train(new MMPareto(), LogLevel.Debug, validate: false, everySteps: 5);
        var steps = log.Entries.Where(entry => entry.Id.Name == "Step").ToArray();
        steps.Select(entry => entry["Step"]).Should().Equal(0L, 5L, 10L);
        steps[0].Text.Should().MatchRegex(@"^Step 0: loss [\d.]+; loss [\d.]+, task_loss [\d.]+, .*cosine_audio .*\.$");
        log.Entries.Should().Contain(entry => entry.Id.Name == "EpochEnded");
        Train(new MMPareto(), LogLevel.Information, validate: false).Log.Entries
            .Should().NotContain(entry => entry.Id.Name == "Step");
    }

    [Fact]
    public void Skipped_steps_and_remarks_are_warnings()
    {
        var log = new ListLogger(LogLevel.Information);
        var callback = new LoggerCallback(log);
        callback.OnFitEnd(new TrainingResult([], null, ["One.", "Two."], "It was enough."));
        log.Entries.Select(entry => (entry.Level, entry.Text)).Should().Equal(
            (LogLevel.Warning, "One."), (LogLevel.Warning, "Two."),
            (LogLevel.Information, "Training ended after 0 epochs, best epoch (null): It was enough."));

        var (skipping, _) = Train(new NotFinite(), LogLevel.Information, validate: false, policy: NonFinitePolicy.Skip);
        skipping.Entries.Should().Contain(entry =>
            entry.Level == LogLevel.Warning
            && entry.Text == "Epoch 1: 1 steps were skipped because something was not finite.");
    }

    [Fact]
    public void A_cancellation_is_a_warning()
    {
        var log = new ListLogger(LogLevel.Information);
        FluentActions.Invoking(() => TinyRun.FitUntil(step: 6, new LoggerCallback(log)))
            .Should().Throw<OperationCanceledException>();
        log.Entries[^1].Level.Should().Be(LogLevel.Warning);
        log.Entries[^1].Text.Should().Be("Training was canceled in epoch 2 after 6 steps.");
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        FluentActions.Invoking(() => new LoggerCallback(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new LoggerCallback(new ListLogger(LogLevel.Debug), 0))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("everySteps");
    }

    private static (ListLogger Log, TrainingResult Result) Train(
        IGradientStrategy strategy,
        LogLevel level,
        bool validate,
        int everySteps = 50,
        NonFinitePolicy policy = NonFinitePolicy.Stop)
    {
        var log = new ListLogger(level);
        using var model = TinyRun.Model();
        var result = TinyRun.Fit(
            model, strategy, validate ? TinyRun.Data(seed: 8).InOrder(16) : null, policy, new LoggerCallback(log, everySteps));
        return (log, result);
    }

    /// <summary>Has no finite gradient in the second step.</summary>
    private sealed class NotFinite : GradientStrategy
    {
        private readonly JointTraining _joint = new();

        public override StepReport ComputeGradients(Gradients.TrainingStep step)
        {
            var report = _joint.ComputeGradients(step);
            if (step.Index == 1)
            {
                step.Model.Root.parameters().First().grad!.fill_(float.NaN);
            }

            return report;
        }
    }

    private sealed class ListLogger(LogLevel level) : ILogger
    {
        public List<Entry> Entries { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= level;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Entries.Add(new Entry(
                logLevel, eventId, formatter(state, exception), (IReadOnlyList<KeyValuePair<string, object?>>)state!));
    }

    private sealed record Entry(
        LogLevel Level, EventId Id, string Text, IReadOnlyList<KeyValuePair<string, object?>> Values)
    {
        public object? this[string name] => Values.Single(value => value.Key == name).Value;
    }
}
