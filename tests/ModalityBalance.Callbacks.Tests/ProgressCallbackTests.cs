using ModalityBalance.Gradients;
using ModalityBalance.Plots.Tests.Support;
using ModalityBalance.SpectreConsole;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using Spectre.Console;
using static TorchSharp.torch;

namespace ModalityBalance.Callbacks.Tests;

public sealed class ProgressCallbackTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_bar_follows_the_steps_and_is_full_at_the_end()
    {
        var watched = new List<double>();
        var (bar, result) = Train("[my] run", callback => new Watcher(() => watched.Add(callback.Bar!.Value)));
        bar.MaxValue.Should().Be(TinyRun.Epochs * TinyRun.StepsPerEpoch);
        watched.Should().Equal(Enumerable.Range(1, 12).Select(step => (double)step));
        bar.IsFinished.Should().BeTrue();
        bar.Description.Should().StartWith("[[my]] run: epoch 3 of 3, loss ", "markup of the title is text")
            .And.EndWith(string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $", validation {result.Epochs[^1].Validation!.Fused.Primary:G4}"));
    }

    [Fact]
    public void A_console_that_is_no_terminal_gets_lines()
    {
        var output = new StringWriter();
        using var model = TinyRun.Model();
        Console(output).Progress().AutoRefresh(false).Start(context => TinyRun.Fit(
            model, new JointTraining(), null, NonFinitePolicy.Stop, new ProgressCallback(context), new Watcher(context.Refresh)));
        output.ToString().Should().Contain("training: epoch 1 of 3: 8%").And.Contain("training: epoch 2 of 3, loss");
    }

    [Fact]
    public void A_canceled_training_stops_the_bar_where_it_stands()
    {
        ProgressCallback? callback = null;
        FluentActions.Invoking(() => Console(new StringWriter()).Progress().AutoRefresh(false).Start(context =>
        {
            callback = new ProgressCallback(context);
            return TinyRun.FitUntil(step: 6, callback);
        })).Should().Throw<OperationCanceledException>();
        callback!.Bar!.Value.Should().Be(6);
        callback.Bar.StopTime.Should().NotBeNull();
    }

    [Fact]
    public void Bad_arguments_are_refused() =>
        FluentActions.Invoking(() => new ProgressCallback(null!)).Should().Throw<ArgumentNullException>();

    private static (ProgressTask Bar, TrainingResult Result) Train(
        string title, Func<ProgressCallback, TrainingCallback> watch)
    {
        using var model = TinyRun.Model();
        var (callback, result) = Console(new StringWriter()).Progress().Start(context =>
        {
            var callback = new ProgressCallback(context, title);
            return (callback, TinyRun.Fit(
                model, new JointTraining(), TinyRun.Data(seed: 8).InOrder(16), NonFinitePolicy.Stop, callback, watch(callback)));
        });
        return (callback.Bar!, result);
    }

    private static IAnsiConsole Console(StringWriter output) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.No,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(output),
    });

    private sealed class Watcher(Action look) : TrainingCallback
    {
        public override void OnStep(TrainingStep step, StepReport report) => look();
    }
}
