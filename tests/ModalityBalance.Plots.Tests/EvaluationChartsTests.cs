using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Plots.Tests.Support;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Plots.Tests;

public sealed class EvaluationChartsTests : IDisposable
{
    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void A_trained_model_shows_balance_missing_modalities_and_features()
    {
        using var model = TinyRun.Model();
        TinyRun.Fit(model, new UniformBaseline(), null);
        var data = TinyRun.Data(seed: 8).InOrder(16);

        var report = BalanceReport.Of(model, TinyRun.Task, data, CPU);
        var balance = EvaluationCharts.Balance(report);
        balance.Groups.Should().Equal("audio", "image");
        balance.Series.Select(series => series.Name).Should().Equal("own head", "Shapley value");
        balance.Series[1].Values.Should().Equal(report.Modalities.Select(modality => modality.Shapley));

        var rates = MissingModalities.AtRandom(model, TinyRun.Task, data, CPU);
        var missing = EvaluationCharts.MissingModalities(("uniform", rates), ("again", rates));
        missing.Series.Select(series => series.Name).Should().Equal("uniform", "again");
        missing.Series[0].Points.Select(point => point.X).Should().Equal(0, 10, 20, 100 * 0.3, 40, 50, 60);
        missing.Series[0].Points[0].Y.Should().Be(report.Fused.Primary, "at rate 0 nothing is missing");

        var subsets = EvaluationCharts.Subsets(MissingModalities.OfSubsets(model, TinyRun.Task, data, CPU), TinyRun.Modalities);
        subsets.Groups.Should().Equal("audio", "image", "audio + image");
        subsets.Series[0].Values[2].Should().Be(report.Fused.Primary);
        Drawing.Texts(Drawing.Parse(subsets)).Should().NotContain("fused", "one series needs no legend")
            .And.Contain("fused accuracy");

        var (representations, targets) = Evaluator.Represent(model, data, CPU)[0];
        var map = EvaluationCharts.FeatureMap("audio", representations, targets, ["zero", "one", "two"]);
        map.Groups.Select(group => (group.Name, group.Points.Count)).Should().Equal(("zero", 16), ("one", 16), ("two", 16));
    }

    [Fact]
    public void Teachers_of_a_report_are_shown()
    {
        var report = new BalanceReport(Scores(0.75), Scores(0.5),
        [
            new ModalityReport("audio", null, Scores(0.5), null, null, null, null, "none", 0.25, null),
            new ModalityReport("image", null, Scores(0.625), null, null, null, null, "none", 0.0, null),
        ]);
        var chart = EvaluationCharts.Balance(report);
        chart.Y.Should().Be("accuracy");
        chart.Series.Select(series => series.Name).Should().Equal("teacher", "Shapley value");
        chart.Series[0].Values.Should().Equal(0.5, 0.625);
    }

    [Fact]
    public void A_starved_modality_is_named_so()
    {
        var diagnosis = new BalanceDiagnosis(
        [
            new ModalityDiagnosis("audio", Scores(0.75), Scores(0.5), Scores(0.25), 0.5, IsStarved: true, 0.5, null),
            new ModalityDiagnosis("image", Scores(0.875), Scores(0.875), Scores(0.25), 0, IsStarved: false, 0.5, null),
        ], 0, 0, null, null, false, [], []);
        var chart = EvaluationCharts.Starvation(diagnosis);
        chart.Groups.Should().Equal("audio (starved)", "image");
        chart.Series.Select(series => series.Values[0]).Should().Equal(0.75, 0.5, 0.25);
        chart.Y.Should().Be("accuracy of a linear probe");
    }

    [Fact]
    public void Labels_follow_the_task()
    {
        static string Y(TaskScores scores) => EvaluationCharts.Subsets([new SubsetScores([0], scores, 0)], ["a"]).Y;
        Y(new MultiLabelScores(8, 0.5, 0.5)).Should().Be("fused mean average precision");
        Y(new RegressionScores(8, 0.5, 0.5, 0.5)).Should().Be("fused score (negative mean absolute error)");
    }

    [Fact]
    public void Incomplete_scores_are_refused()
    {
        FluentActions.Invoking(() => EvaluationCharts.MissingModalities()).Should().Throw<ArgumentException>()
            .WithMessage("models must hold at least one entry, but holds none.*");
        FluentActions.Invoking(() => EvaluationCharts.MissingModalities(("a", []))).Should().Throw<ArgumentException>()
            .WithMessage("Scores of model 'a' must hold at least one rate, but hold none.*");
        FluentActions.Invoking(() => EvaluationCharts.Subsets([new SubsetScores([0, 1], Scores(1), 0)], ["a"]))

                .Should().Throw<ArgumentException>()
                .WithMessage("modalities must name every modality of the subsets, 2, but names 1.*");
    }

    [Fact]
    public void The_plane_of_a_map_keeps_what_varies_most()
    {
        // In five dimensions: distances of 10 along one direction, of 2 along another, of nothing else.
        var directions = linalg.qr(randn(5, 5, ScalarType.Float64, generator: new Generator(3))).Q;
        var places = tensor(new double[] { -10, 0, 10, 0, -10, 2, 10, 2 }).reshape(4, 2);
        var points = places.matmul(directions[..2, ..]) + 100;
        var map = EvaluationCharts.FeatureMap("m", points.reshape(4, 5, 1), tensor(new long[] { 0, 0, 1, 1 }));
        map.X.Should().Be("first component (99 % of the variance)");
        map.Groups.Select(group => group.Name).Should().Equal("class 0", "class 1");
        (double X, double Y)[] drawn = [.. map.Groups.SelectMany(group => group.Points)];
        drawn.Select(point => Math.Abs(point.X)).Should().OnlyContain(x => Math.Abs(x - 10) < 1e-9);
        drawn.Select(point => Math.Abs(point.Y)).Should().OnlyContain(y => Math.Abs(y - 1) < 1e-9);
        Math.Sign(drawn[0].X).Should().Be(Math.Sign(drawn[2].X)).And.Be(-Math.Sign(drawn[1].X));
    }

    [Fact]
    public void Equal_samples_and_a_single_dimension_are_drawn()
    {
        var labels = tensor(new long[] { 0, 1 });
        EvaluationCharts.FeatureMap("m", ones(2, 3), labels).X.Should().Be("first component (0 % of the variance)");
        var line = EvaluationCharts.FeatureMap("m", tensor(new float[] { 1, 3 }).reshape(2, 1), labels);
        line.Groups.SelectMany(group => group.Points).Should().OnlyContain(point => Math.Abs(Math.Abs(point.X) - 1) < 1e-9);
        line.Groups.SelectMany(group => group.Points).Should().OnlyContain(point => point.Y == 0);
    }

    [Fact]
    public void A_map_refuses_what_it_cannot_draw()
    {
        var labels = tensor(new long[] { 0, 1 });
        Refusal(ones(1, 3), tensor(new long[] { 0 })).Should().StartWith(
            "representations must have shape [samples, ...] with at least two samples, but have shape [1, 3].");
        Refusal(full(2, 3, float.NaN), labels).Should().StartWith("representations must be finite, but hold NaN or infinity.");
        Refusal(ones(3, 3), labels).Should().StartWith(
            "targets must hold one class per sample, 3 integers, but have shape [2] and type Int64.");
        Refusal(ones(2, 3), ones(2)).Should().Contain("type Float32");
        Refusal(ones(2, 3), tensor(new long[] { -1, 0 }))
            .Should().StartWith("targets must lie in [0, classes), but lie in [-1, 0].");
        FluentActions.Invoking(() => EvaluationCharts.FeatureMap("m", ones(2, 3), labels, ["zero"])).Should()
            .Throw<ArgumentException>().WithMessage("targets must lie in [0, 1), but lie in [0, 1].*");
    }

    private static string Refusal(Tensor representations, Tensor targets) =>
        FluentActions.Invoking(() => EvaluationCharts.FeatureMap("m", representations, targets))
            .Should().Throw<ArgumentException>().Which.Message;

    private static ClassificationScores Scores(double accuracy) => new(64, accuracy, accuracy);
}
