using AudioVisualDigits.Report.Charts;

namespace AudioVisualDigits.Tests.Report.Charts;

public class CurvePathTests
{
    private const double Gap = double.NaN;

    // X from 0 to 10 lies at 100 to 200, Y from 0 to 1 at 50 up to 0.
    private static readonly CurvePath Path = new(
        new Scale(new Axis("x", 0, 10, []), 100, 200), new Scale(new Axis("y", 0, 1, []), 50, 0));

    [Fact]
    public void Ends_of_an_axis_are_ends_of_the_drawing() =>
        Path.Line(Curve((0, 0), (10, 1))).Should().Be("M100 50L200 0");

    [Fact]
    public void Between_the_ends_the_scale_is_even() =>
        Path.Line(Curve((0, 0.5), (2.5, 0.25), (5, 0.5))).Should().Be("M100 25L125 37.5L150 25");

    [Fact]
    public void An_absent_value_breaks_the_line() =>
        Path.Line(Curve((0, 0), (2, 1), (4, Gap), (6, 1), (8, 0))).Should().Be("M100 50L120 0M160 0L180 50");

    [Fact]
    public void An_infinite_value_is_absent() =>
        Path.Line(Curve((0, 0), (2, 1), (4, double.NegativeInfinity))).Should().Be("M100 50L120 0");

    [Fact]
    public void Points_without_a_neighbor_are_dots()
    {
        var curve = Curve((0, 0), (2, Gap), (4, 1), (6, Gap), (8, 1), (10, 1));
        Path.Dots(curve).Should().Equal(("100", "50"), ("140", "0"));
        Path.Line(curve).Should().Be("M180 0L200 0");
    }

    [Fact]
    public void A_curve_of_absent_values_draws_nothing()
    {
        var curve = Curve((0, Gap), (1, Gap));
        (Path.Line(curve), Path.Dots(curve).Count(), Path.Band(curve)).Should().Be(("", 0, ""));
    }

    [Fact]
    public void Steps_hold_each_value_until_the_next_point() =>
        Path.Line(Curve((0, 0), (4, 1), (10, 1)) with { Shape = CurveShape.Steps })
            .Should().Be("M100 50H140V0H200V0");

    [Fact]
    public void A_band_goes_along_its_upper_and_back_along_its_lower_end()
    {
        var curve = new Curve("c", 0, [new(0, 0.5, 0, 1), new(10, 0.5, 0.5, 0.5)]);
        Path.Band(curve).Should().Be("M100 0L200 25L200 25L100 50Z");
    }

    [Fact]
    public void A_point_without_ends_breaks_the_band()
    {
        var curve = new Curve("c", 0, [new(0, 0, 0, 1), new(5, 0), new(10, 0, 0, 1)]);
        Path.Band(curve).Should().Be("M100 0L100 50ZM200 0L200 50Z");
    }

    private static Curve Curve(params (double X, double Y)[] points) =>
        new("c", 0, [.. points.Select(point => new CurvePoint(point.X, point.Y))]);
}
