using AudioVisualDigits.Report;
using AudioVisualDigits.Results;
using ModalityBalance.Plots;

namespace AudioVisualDigits.Tests.Report;

public class StrategyRunsTests
{
    private const double Gap = double.NaN;

    [Fact]
    public void A_curve_is_the_mean_of_the_seeds_between_the_lowest_and_the_highest() =>
        Figure([1, 2], [2, 4], [6, 3]).Should().Equal(new SeriesPoint(0, 3, 1, 6), new SeriesPoint(2, 3, 2, 4));

    [Fact]
    public void One_seed_has_no_band() =>
        Figure([0.5, 2]).Should().Equal(new SeriesPoint(0, 0.5), new SeriesPoint(2, 2));

    [Fact]
    public void A_value_is_absent_where_no_seed_has_it() =>
        Figure([1, Gap, Gap], [Gap, Gap, 5]).Should().Equal(
            new SeriesPoint(0, 1, 1, 1), new SeriesPoint(2, Gap), new SeriesPoint(4, 5, 5, 5));

    [Fact]
    public void Choices_of_three_seeds_lie_beside_each_other_in_their_lanes()
    {
        var charts = new StepCharts(Runs([-1, 0], [-1, 1], [0, 0], [1, 1]));
        var chart = charts.Choices("A choice", "figure", -1, ["all", "audio", "image"]);
        chart.Runs.Select(run => run.Name).Should().Equal("seed 0", "seed 1", "seed 2");
        chart.Runs.Select(run => run.Bands.ToArray()).Should().BeEquivalentTo(
            [new LaneBand[] { new(0, 2, 0), new(2, 4, 1) }, [new(0, 2, 0), new(2, 4, 2)], [new(0, 4, 1)]],
            "the first name is number -1");
        chart.Lanes.Should().Equal("all", "audio", "image");
        charts.Source.Should().Contain("One step of every 2").And.Contain("the first 3 seeds");
    }

    private static IReadOnlyList<SeriesPoint> Figure(params double[][] seeds) =>
        new StepCharts(Runs(seeds)).Figures("A figure", "unit", ("figure", "name")).Series.Single().Points;

    private static StrategyRuns Runs(params double[][] seeds) => new("s", 0, [.. seeds.Select((values, seed) =>
        new RunRecord("s", seed, null, null, [], null, [], [])
        {
            Steps = new StepRecord(
                [.. values.Select((_, i) => 2L * i)],
                new Dictionary<string, IReadOnlyList<double>> { ["figure"] = values }),
        })]);
}
