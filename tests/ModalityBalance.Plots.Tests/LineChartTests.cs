using System.Xml.Linq;
using ModalityBalance.Plots.Tests.Support;

namespace ModalityBalance.Plots.Tests;

public class LineChartTests
{
    private const double Gap = double.NaN;

    [Fact]
    public void Points_lie_where_their_values_are()
    {
        var line = Drawing.Lines(Drawing.Parse(Chart((0, 0), (5, 1), (10, 0.5))), 0).Should().ContainSingle().Subject;
        line.Should().HaveCount(3);
        (line[1].X - line[0].X).Should().BeApproximately(line[2].X - line[1].X, 0.01);
        (line[0].Y - line[1].Y).Should().BeApproximately(2 * (line[0].Y - line[2].Y), 0.01, "up is less in SVG");
        (line[0].Y - line[1].Y).Should().BeGreaterThan(200, "the values fill the chart");
    }

    [Theory]
    [InlineData(Gap)]
    [InlineData(double.PositiveInfinity)]
    public void An_absent_value_breaks_the_line(double absent) =>
        Drawing.Lines(Drawing.Parse(Chart((0, 0), (1, 1), (2, absent), (3, 1), (4, 0))), 0)
            .Select(line => line.Count).Should().Equal(2, 2);

    [Fact]
    public void A_point_without_a_neighbor_is_a_marker_also_in_a_long_curve()
    {
        var points = Enumerable.Range(0, 301).Select(i => ((double)i, i is 149 or 151 ? Gap : i / 300.0)).ToArray();
        var svg = Drawing.Parse(Chart(points));
        var lines = Drawing.Lines(svg, 0);
        lines.Select(line => line.Count).Should().Equal(149, 149);
        double middle = (lines[0][0].X + lines[1][^1].X) / 2;
        var circles = Drawing.Circles(svg, 0);
        circles.Should().Contain(circle => Math.Abs(circle.X - middle) < 0.1);
        circles.Length.Should().BeInRange(8, 13, "few of many points have a marker");
    }

    [Fact]
    public void Every_one_of_a_few_points_has_a_marker() =>
        Drawing.Circles(Drawing.Parse(Chart((0, 0), (1, 1), (2, 0))), 0).Should().HaveCount(3);

    [Fact]
    public void A_band_lies_behind_the_lines_and_breaks_with_its_ends()
    {
        var banded = new Series("a", [new(0, 1, 0, 2), new(1, 1, 0, 2), new(2, 1), new(3, 1, 0, 2), new(4, 1, 0, 2)]);
        var parts = Drawing.OfSeries(Drawing.Parse(new LineChart("t", "x", "y", [banded])), 0).ToList();
        var bands = parts.Where(part => part.Attribute("fill-opacity") is not null).ToArray();
        bands.Should().HaveCount(2);
        parts.IndexOf(bands[1]).Should().BeLessThan(parts.FindIndex(part => (string?)part.Attribute("stroke-width") == "2"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-0.25)]
    [InlineData(12345.678)]
    [InlineData(1e-7)]
    public void A_constant_stands_in_the_middle(double value)
    {
        var svg = Drawing.Parse(Chart((0, value), (1, value)) with { Height = 400 });
        var area = svg.Descendants(Drawing.Svg + "clipPath").First().Element(Drawing.Svg + "rect")!;
        double middle = Drawing.Number(area, "y") + (Drawing.Number(area, "height") / 2);
        Drawing.Lines(svg, 0).Single().Should().OnlyContain(point => Math.Abs(point.Y - middle) < 1);
    }

    [Fact]
    public void A_chart_without_a_value_is_drawn_empty()
    {
        var svg = Drawing.Parse(Chart((1, Gap), (2, Gap)));
        Drawing.OfSeries(svg, 0).Count(part => (string?)part.Attribute("stroke-width") == "2")
            .Should().Be(1, "it is in the legend");
        Drawing.Texts(svg).Should().Contain(["curve", "0", "1"]);
    }

    [Fact]
    public void Positions_between_whole_numbers_have_ticks_between_them() =>
        Drawing.Texts(Drawing.Parse(Chart((0, 0), (0.5, 1)))).Should().Contain(["0.1", "0.5"]);

    [Fact]
    public void A_reference_is_drawn_across_and_lies_inside()
    {
        var chart = Chart((0, 1), (1, 2)) with { Reference = 0 };
        var svg = Drawing.Parse(chart);
        var without = Drawing.Parse(chart with { Reference = null });
        Drawing.Texts(svg).Should().Contain("0");
        Plain(svg).Should().HaveCount(1);
        Plain(without).Should().BeEmpty();
        Drawing.Lines(svg, 0).Single().Max(point => point.Y)
            .Should().BeLessThan(Drawing.Lines(without, 0).Single().Max(point => point.Y) - 50, "there is room down to 0");
    }

    /// <summary>What is drawn among the data in no series' color.</summary>
    private static IEnumerable<XElement> Plain(XElement svg) => svg.Elements(Drawing.Svg + "g")
        .SelectMany(area => area.Elements(Drawing.Svg + "path")).Where(path => path.Attribute("class") is null);

    [Fact]
    public void Runs_become_their_mean_between_the_lowest_and_the_highest() =>
        Series.OfRuns("a", [(0, 1), (2, 2)], [(0, 2), (2, 4)], [(0, 6), (2, 3)]).Points
            .Should().Equal(new SeriesPoint(0, 3, 1, 6), new SeriesPoint(2, 3, 2, 4));

    [Fact]
    public void One_run_has_no_band() =>
        Series.OfRuns("a", [(0, 1), (2, 2)]).Points.Should().Equal(new SeriesPoint(0, 1), new SeriesPoint(2, 2));

    [Fact]
    public void A_value_that_no_run_has_is_absent() =>
        Series.OfRuns("a", [(0, 1), (2, Gap), (4, Gap)], [(4, 5), (0, Gap)]).Points
            .Should().Equal(new SeriesPoint(0, 1, 1, 1), new SeriesPoint(2, Gap), new SeriesPoint(4, 5, 5, 5));

    [Fact]
    public void What_cannot_be_drawn_is_refused()
    {
        Refusal(() => new LineChart("t", "x", "y", []))
            .Should().StartWith("series must hold at least one entry, but holds none.");
        Refusal(() => new LineChart("t", "x", "y", [null!]))
            .Should().StartWith("series[0] must be an entry with a name, but is null.");
        Refusal(() => Chart((0, 1), (Gap, 2))).Should().StartWith("X of series 'curve' must be finite, but at point 1 is NaN.");
        Refusal(() => new LineChart("t", "x", "y", [Series.Of("a", [(0, 1)]) with { Look = -1 }]))
            .Should().StartWith("Look of series 'a' must be at least 0, but is -1.");
        Refusal(() => Chart((0, 1)) with { Width = 99 }).Should().StartWith("Width must lie in [100, 10000], but is 99.");
        Refusal(() => Chart((0, 1)) with { Height = 10_001 })
            .Should().StartWith("Height must lie in [100, 10000], but is 10001.");
        FluentActions.Invoking(() => new LineChart(null!, "x", "y", [])).Should().Throw<ArgumentNullException>();
    }

    private static string Refusal(Func<object> make) =>
        FluentActions.Invoking(make).Should().Throw<ArgumentException>().Which.Message;

    private static LineChart Chart(params (double X, double Y)[] points) => new("t", "x", "y", [Series.Of("curve", points)]);
}
