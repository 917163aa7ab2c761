using System.Xml.Linq;
using ModalityBalance.Plots.Tests.Support;

namespace ModalityBalance.Plots.Tests;

public class OtherChartTests
{
    [Fact]
    public void Bars_stand_on_zero_and_are_as_high_as_their_values()
    {
        var svg = Drawing.Parse(new BarChart("t", "y", ["a", "b", "c"], [new BarSeries("s", [0.5, 1, -0.25])]));
        var bars = Rectangles(svg, 0).OrderBy(bar => bar.X).ToArray();
        bars.Should().HaveCount(3);
        (bars[1].Height / bars[0].Height).Should().BeApproximately(2, 0.01);
        (bars[0].Height / bars[2].Height).Should().BeApproximately(2, 0.01);
        bars[0].Bottom.Should().BeApproximately(bars[1].Bottom, 0.01).And.BeApproximately(bars[2].Y, 0.01, "it hangs from zero");
    }

    [Fact]
    public void An_absent_bar_is_left_out_and_the_others_stay_in_their_groups()
    {
        var svg = Drawing.Parse(Sample.Bars);
        Rectangles(svg, 0).Should().HaveCount(2);
        var teacher = Rectangles(svg, 1).Should().ContainSingle().Subject;
        teacher.X.Should().BeInRange(Rectangles(svg, 0).Min(bar => bar.X), Rectangles(svg, 0).Max(bar => bar.X), "it is audio's");
    }

    [Fact]
    public void Series_of_bars_differ_without_color()
    {
        var svg = Drawing.Parse(new BarChart(
            "t", "y", ["a"], [.. Enumerable.Range(0, 4).Select(i => new BarSeries($"s{i}", [1]))]));
        Enumerable.Range(0, 4).Select(look => Drawing.OfSeries(svg, look)
                .Where(part => (string?)part.Attribute("fill") is { } fill && fill != "none")
                .Select(part => (string?)part.Attribute("fill-opacity") ?? "1").FirstOrDefault("0"))
            .Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Equal_choices_in_a_row_are_one_band()
    {
        LaneRun.Of("r", [(0, 1), (10, 1), (20, 0), (30, null), (40, 0), (50, 0)]).Bands.Should().Equal(
            new LaneBand(0, 20, 1), new LaneBand(20, 30, 0), new LaneBand(40, 60, 0));
        LaneRun.Of("r", [(7, 2)]).Bands.Should().Equal(new LaneBand(7, 8, 2));
        LaneRun.Of("r", []).Bands.Should().BeEmpty();
    }

    [Fact]
    public void Bands_lie_in_their_lanes_and_runs_beside_each_other()
    {
        var svg = Drawing.Parse(Sample.Lanes);
        var (first, second) = (Rectangles(svg, 0), Rectangles(svg, 1));
        first.Should().HaveCount(2);
        var (audio, all) = (first.MinBy(band => band.X)!, first.MaxBy(band => band.X)!);
        audio.Bottom.Should().BeLessThan(all.Y, "the second lane is above the first");
        audio.Width.Should().BeApproximately(all.Width, 0.1, "both have half of the steps");
        foreach (var band in first)
        {
            second.Should().NotContain(other => other.Y < band.Bottom && band.Y < other.Bottom, "no two runs cover each other");
        }
    }

    [Fact]
    public void Every_point_of_a_group_is_drawn() => Drawing.Circles(Drawing.Parse(Sample.Points), 0).Should().HaveCount(2);

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        Refusal(() => new BarChart("t", "y", [], [])).Should().StartWith("groups must hold at least one entry, but holds none.");
        Refusal(() => new BarChart("t", "y", ["a", "b"], [new BarSeries("s", [1])]))
            .Should().StartWith("Values of series 's' must hold 2 entries, but holds 1.");
        Refusal(() => new LaneChart("t", "x", ["a"], [new LaneRun("r", [new LaneBand(0, 1, 1)])]))
            .Should().StartWith("Lane of a band of run 'r' must lie in [0, 0], but is 1.");
        Refusal(() => new LaneChart("t", "x", ["a"], [new LaneRun("r", [new LaneBand(1, 1, 0)])]))
            .Should().StartWith("A band of run 'r' must end after it begins, but goes from 1 to 1.");
        Refusal(() => new ScatterChart("t", "x", "y", [new PointGroup("g", [(0, double.NaN)])]))
            .Should().StartWith("Y of group 'g' must be finite, but at point 0 is NaN.");
    }

    private static string Refusal(Func<object> make) =>
        FluentActions.Invoking(make).Should().Throw<ArgumentException>().Which.Message;

    /// <summary>The outlines of bars and bands; the legend's, which are all alike, are not among them.</summary>
    private static Box[] Rectangles(XElement svg, int look) =>
        [.. Drawing.OfSeries(svg, look).Where(part => part.Name.LocalName == "rect" && part.Attribute("stroke") is not null)
            .Select(part => new Box(
                Drawing.Number(part, "x"),
                Drawing.Number(part, "y"),
                Drawing.Number(part, "width"),
                Drawing.Number(part, "height")))
            .Where(box => box.Y < Drawing.DataBottom(svg))];

    private sealed record Box(double X, double Y, double Width, double Height)
    {
        public double Bottom => Y + Height;
    }
}
