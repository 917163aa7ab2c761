using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public class EarlyStoppingTests
{
    [Theory]
    [InlineData(1, 0.0, new[] { 0.5, 0.6, 0.6 }, 2)]
    [InlineData(2, 0.0, new[] { 0.5, 0.4, 0.6, 0.6, 0.5 }, 4)]
    [InlineData(2, 0.1, new[] { 0.5, 0.55, 0.59, 0.9 }, 2)]
    [InlineData(2, 0.1, new[] { 0.5, 0.59, 0.61, 0.62, 0.7 }, 4)]
    [InlineData(2, 0.0, new[] { 0.5, double.NaN, double.NaN, 0.9 }, 2)]
    [InlineData(2, 0.0, new[] { double.NaN, 0.1, double.NaN, 0.2 }, null)]
    [InlineData(3, 0.0, new[] { double.NaN, double.NaN, double.NaN }, 2)]
    [InlineData(5, 0.0, new[] { 0.5, 0.4, 0.4, 0.4, 0.4 }, null)]
    public void It_stops_after_so_many_epochs_without_a_gain(
        int patience, double minImprovement, double[] scores, int? expected)
    {
        Stop(new EarlyStopping(patience, minImprovement), scores).Should().Be(expected);
    }

    [Fact]
    public void The_metric_can_be_any_number_of_the_epoch()
    {
        var rule = new EarlyStopping(1, metric: summary => -summary.Epoch);

        Stop(rule, [0.1, 0.2, 0.3]).Should().Be(1, "the metric falls although the score rises");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_resumed_run_stops_at_the_same_epoch_whatever_the_order_of_callbacks(bool first)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var undisturbed = Run(null, 50);

        Run(null, undisturbed.Epochs.Count - 2);
        var resumed = Run(Checkpoint.FindNewest(folder.Path), 50);

        resumed.Epochs.Should().HaveCount(undisturbed.Epochs.Count);
        resumed.StopReason.Should().Be(undisturbed.StopReason);

        TrainingResult Run(string? from, int epochs)
        {
            using var model = Toy.Model();
            if (from is null)
            {
                Directory.Delete(folder.Path, recursive: true);
            }

            TrainingCallback stopping = new EarlyStopping(3);
            TrainingCallback writer = new CheckpointWriter(folder.Path);
            return new Trainer(model, Toy.Task, new JointTraining(), Toy.Options(epochs) with
            {
                ResumeFrom = from,
                Callbacks = first ? [stopping, writer] : [writer, stopping],
            }).Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));
        }
    }

    [Fact]
    public void A_further_training_starts_from_nothing()
    {
        var rule = new EarlyStopping(2);
        Stop(rule, [0.9, 0.8, 0.7]).Should().Be(2);

        Stop(rule, [0.1, 0.2, 0.3]).Should().BeNull();
    }

    [Fact]
    public void Impossible_numbers_are_rejected()
    {
        FluentActions.Invoking(() => new EarlyStopping(0))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("patience ('0')*");
        FluentActions.Invoking(() => new EarlyStopping(1, double.NaN))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("minImprovement must be*NaN*");
        FluentActions.Invoking(() => new EarlyStopping(1, -1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void The_reason_says_what_was_waited_for()
    {
        var run = Runs.At();
        var rule = new EarlyStopping(2, 0.125);
        rule.StartAt(run);

        Epochs(rule, run, [0.5, 0.5, 0.5]);

        run.StopReason.Should().Be("The score has not risen by more than 0.125 over 0.5 for 2 epochs.");
    }

    [Fact]
    public void Training_without_validation_needs_another_metric()
    {
        var run = Runs.At(hasValidation: false);

        new EarlyStopping(1).Invoking(rule => rule.StartAt(run))
            .Should().Throw<InvalidOperationException>().WithMessage("*validation data or a metric*");
        new EarlyStopping(1, metric: epoch => -epoch.Loss)
            .Invoking(rule => rule.StartAt(run)).Should().NotThrow();
    }

    [Fact]
    public void It_ends_a_training()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var options = Toy.Options(epochs: 50) with { Callbacks = [new EarlyStopping(3)] };

        var result = new Trainer(model, Toy.Task, new JointTraining(), options)
            .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));

        result.Epochs.Should().HaveCount(result.BestEpoch!.Value + 4, "three epochs without a gain came then");
    }

    private static int? Stop(EarlyStopping rule, double[] scores)
    {
        var run = Runs.At();
        rule.StartAt(run);
        return Epochs(rule, run, scores);
    }

    /// <summary>The epoch that ends a run with these scores; null if none does.</summary>
    private static int? Epochs(EarlyStopping rule, TrainingRun run, double[] scores, int first = 0)
    {
        for (int i = 0; i < scores.Length; i++)
        {
            rule.OnEpochEnd(Runs.Epoch(first + i, scores[i]));
            if (run.StopReason is not null)
            {
                return first + i;
            }
        }

        return null;
    }
}
