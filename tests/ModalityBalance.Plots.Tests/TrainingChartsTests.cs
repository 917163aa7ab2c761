using ModalityBalance.Evaluation;
using ModalityBalance.Plots.Tests.Support;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Plots.Tests;

public sealed class TrainingChartsTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Learning_curves_are_the_validation_scores_by_epoch()
    {
        using var model = TinyRun.Model();
        var result = TinyRun.Fit(model, new UniformBaseline(), TinyRun.Data(seed: 8).InOrder(16));
        var chart = TrainingCharts.LearningCurves(result, TinyRun.Modalities);
        (chart.X, chart.Y).Should().Be(("epoch", "validation accuracy"));
        chart.Series.Select(series => series.Name).Should().Equal("fused", "audio", "image");
        chart.Series[2].Points.Select(point => (point.X, point.Y)).Should().Equal(
            result.Epochs.Select(epoch => (epoch.Epoch + 1.0, epoch.Validation!.Unimodal![1].Primary)));
        TrainingCharts.Losses(result).Series.Select(series => series.Name).Should().Equal("training", "validation");
        Drawing.Texts(Drawing.Parse(chart)).Should().Contain(["fused", "audio", "image"]);
    }

    [Fact]
    public void Without_heads_there_is_the_fused_curve_only_and_an_epoch_without_validation_is_a_gap()
    {
        var result = new TrainingResult([Epoch(0, 0.5), Epoch(1, null), Epoch(2, 0.75)], 2, [], null);
        var curve = TrainingCharts.LearningCurves(result, TinyRun.Modalities).Series.Should().ContainSingle().Subject;
        curve.Points.Select(point => point.Y).Should().Equal(0.5, double.NaN, 0.75);
    }

    [Fact]
    public void Without_validation_there_is_no_learning_curve_but_a_loss()
    {
        var result = new TrainingResult([Epoch(0, null)], null, [], null);
        FluentActions.Invoking(() => TrainingCharts.LearningCurves(result, TinyRun.Modalities))
            .Should().Throw<ArgumentException>()
            .WithMessage("result must hold validation scores, but no epoch has any: give the trainer validation data.*");
        TrainingCharts.Losses(result).Series.Should().ContainSingle().Which.Points.Should().Equal(new SeriesPoint(1, 0.25));
    }

    [Fact]
    public void Other_modalities_than_the_models_are_refused()
    {
        var scores = new ClassificationScores(8, 0.5, 0.5);
        var epoch = Epoch(0, 0.5) with { Validation = new EvaluationResult(scores, [scores, scores]) };
        FluentActions.Invoking(() => TrainingCharts.LearningCurves(new TrainingResult([epoch], 0, [], null), ["audio"]))
            .Should().Throw<ArgumentException>().WithMessage("modalities must hold 2 entries, but holds 1.*");
    }

    [Fact]
    public void I2MCL_shows_alphas_and_what_it_selected()
    {
        var history = History(new I2MCL());
        var alpha = TrainingCharts.Alpha(history);
        alpha.Series.Select(series => series.Name).Should().Equal("audio", "image");
        alpha.Series.SelectMany(series => series.Points).Should().HaveCount(2 * TinyRun.Epochs * TinyRun.StepsPerEpoch)
            .And.OnlyContain(point => point.Y >= 0 && point.Y <= 1);
        var selected = TrainingCharts.SelectedModality(history);
        selected.Lanes.Should().Equal("audio", "image");
        foreach (var (step, choice) in history.Steps.Zip(history["selected"]))
        {
            selected.Runs[0].Bands.Single(band => band.From <= step && step < band.To).Lane.Should().Be((int)choice);
        }
    }

    [Fact]
    public void MMPareto_shows_cosines_with_a_line_at_the_conflict()
    {
        var chart = TrainingCharts.Cosines(History(new MMPareto()));
        chart.Reference.Should().Be(0);
        chart.Series.Select(series => series.Name).Should().Equal("audio", "image");
        chart.Series.SelectMany(series => series.Points).Should().OnlyContain(point => Math.Abs(point.Y) <= 1.0001);
    }

    [Fact]
    public void G2D_shows_its_phases_as_bands()
    {
        var chart = TrainingCharts.PrioritizedModality(History(new G2D(new G2DOptions { PhaseEpochs = [1] })));
        chart.Lanes.Should().Equal("all", "audio", "image");
        var bands = chart.Runs.Should().ContainSingle().Which.Bands;
        bands[^1].Should().Be(new LaneBand(4, 12, 0), "after the first epoch all learn");
        bands.SkipLast(1).Should().NotBeEmpty().And.OnlyContain(band => band.Lane > 0, "before, one learns by itself");
        (bands[0].From, bands[^2].To).Should().Be((0, 4));
    }

    [Fact]
    public void A_figure_of_the_whole_model_is_one_curve()
    {
        var history = History(new JointTraining());
        var chart = TrainingCharts.Figure(history, "loss", "Training loss");
        chart.Title.Should().Be("Training loss");
        chart.Series.Should().ContainSingle().Which.Points.Select(point => point.Y).Should().Equal(history["loss"]);
    }

    [Fact]
    public void A_figure_that_the_strategy_does_not_report_is_told_with_those_it_does()
    {
        var history = History(new JointTraining());
        FluentActions.Invoking(() => TrainingCharts.Alpha(history)).Should().Throw<ArgumentException>()
            .WithMessage("name must be a figure of the history, which has loss, task_loss, but is 'alpha'.*");
    }

    [Fact]
    public void Every_nth_step_is_recorded_as_the_strategy_reports_it()
    {
        var (all, third) = (new StepRecorder(1), new StepRecorder(3));
        using var model = TinyRun.Model();
        TinyRun.Fit(model, new MMPareto(), null, all, third);
        all.History.Steps.Should().Equal(Enumerable.Range(0, 12).Select(step => (long)step));
        third.History.Steps.Should().Equal(0, 3, 6, 9);
        third.History["loss"].Should().Equal(all.History["loss"].Where((_, step) => step % 3 == 0));
        third.History.Names.Should().Contain(["loss", "task_loss", "cosine_audio", "cosine_image"]);
    }

    [Fact]
    public void A_log_of_steps_reads_as_what_was_recorded()
    {
        var recorder = new StepRecorder(2);
        string path = _folder.File("steps.csv");
        using var model = TinyRun.Model();
        TinyRun.Fit(model, new I2MCL(), null, recorder, new CsvStepLog(path, everySteps: 2));
        File.AppendAllText(path, "2,12,0.0");
        var (read, recorded) = (StepHistory.Read(path, TinyRun.Modalities), recorder.History);
        read.Steps.Should().Equal(recorded.Steps);
        foreach (string name in recorded.Names)
        {
            read[name].Should().Equal(recorded[name], "it is {0}", name);
        }
    }

    [Theory]
    [InlineData("", "path must be a log of steps with a column 'step', but '*' has none.")]
    [InlineData("epoch,loss\n1,2\n", "path must be a log of steps with a column 'step', but '*' has epoch, loss.")]
    [InlineData("epoch,step\n1,2\n1,x\n", "Line 3 of '*' must hold 2 finite numbers or NaN, but is '1,x'.")]
    [InlineData("epoch,step\n1,2,3\n", "Line 2 of '*' must hold 2 finite numbers or NaN, but is '1,2,3'.")]
    public void A_file_that_is_no_log_is_refused(string content, string message)
    {
        File.WriteAllText(_folder.File("log.csv"), content);
        FluentActions.Invoking(() => StepHistory.Read(_folder.File("log.csv"), TinyRun.Modalities))
            .Should().Throw<InvalidDataException>().WithMessage(message);
    }

    [Fact]
    public void A_recorder_without_a_run_has_no_history()
    {
        FluentActions.Invoking(() => new StepRecorder().History).Should().Throw<InvalidOperationException>()
            .WithMessage("The recorder must be given to a trainer before it is read, but has seen no run.");
        FluentActions.Invoking(() => new StepRecorder(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void A_history_of_unequal_length_is_refused() =>
        FluentActions.Invoking(() => new StepHistory(
                ["a"], [0, 1], new Dictionary<string, IReadOnlyList<double>> { ["loss"] = [1] }))
            .Should().Throw<ArgumentException>().WithMessage("Figure 'loss' must hold 2 entries, but holds 1.*");

    private static StepHistory History(IGradientStrategy strategy)
    {
        var recorder = new StepRecorder(everySteps: 1);
        using var model = TinyRun.Model();
        TinyRun.Fit(model, strategy, null, recorder);
        return recorder.History;
    }

    private static EpochSummary Epoch(int epoch, double? accuracy) => new(
        epoch, 0.25, TimeSpan.FromSeconds(1), 0, default,
        accuracy is { } known ? new EvaluationResult(new ClassificationScores(8, known, known), null) : null);
}
