using AudioVisualDigits.Report.Charts;

namespace AudioVisualDigits.Tests.Report.Charts;

public class AxisTests
{
    [Theory]
    [InlineData(0, 100, "0 20 40 60 80 100")]
    [InlineData(1, 99, "0 20 40 60 80 100")]
    [InlineData(0.31, 0.34, "0.310 0.315 0.320 0.325 0.330 0.335 0.340")]
    [InlineData(-0.02, 0.97, "-0.2 0.0 0.2 0.4 0.6 0.8 1.0")]
    [InlineData(-7, -3, "-7 -6 -5 -4 -3")]
    [InlineData(0, 3e7, "0e0 5e6 1e7 1.5e7 2e7 2.5e7 3e7")]
    [InlineData(0, 2e-6, "0e0 5e-7 1e-6 1.5e-6 2e-6")]
    public void Ticks_of_measures_are_round_and_enclose_the_values(double low, double high, string expected)
    {
        var axis = Axis.Measuring("x", [high, double.NaN, low, double.PositiveInfinity]);
        string.Join(' ', axis.Ticks.Select(tick => tick.Text)).Should().Be(expected);
        (axis.Low, axis.High).Should().Be((axis.Ticks[0].Value, axis.Ticks[^1].Value));
        axis.Low.Should().BeLessThanOrEqualTo(low);
        axis.High.Should().BeGreaterThanOrEqualTo(high);
    }

    [Theory]
    [InlineData(1, 12, "2 4 6 8 10 12")]
    [InlineData(1, 2, "1 2")]
    [InlineData(0, 753, "0 200 400 600")]
    [InlineData(3, 3, "3")]
    [InlineData(0, 0, "0")]
    public void Ticks_of_counts_are_whole_and_the_axis_ends_with_the_values(double low, double high, string expected)
    {
        var axis = Axis.Counting("epoch", [low, high]);
        string.Join(' ', axis.Ticks.Select(tick => tick.Text)).Should().Be(expected);
        if (low < high)
            (axis.Low, axis.High).Should().Be((low, high));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(-0.25)]
    [InlineData(12345.678)]
    [InlineData(1e-7)]
    public void A_constant_stands_inside_its_axis(double value)
    {
        var axis = Axis.Measuring("y", [value, value, value]);
        axis.Low.Should().BeLessThan(value);
        axis.High.Should().BeGreaterThan(value);
        axis.Ticks.Count.Should().BeInRange(2, 8);
    }

    [Fact]
    public void Values_that_differ_by_rounding_alone_are_a_constant() =>
        Axis.Measuring("y", [0.3, 0.1 + 0.2]).Should().BeEquivalentTo(Axis.Measuring("y", [0.3]));

    [Fact]
    public void Without_values_the_axis_goes_from_0_to_1()
    {
        var axis = Axis.Measuring("y", [double.NaN]);
        (axis.Low, axis.High).Should().Be((0, 1));
    }

    [Fact]
    public void Names_stand_in_the_middle_of_their_lanes()
    {
        var axis = Axis.Naming("modality", ["audio", "image"]);
        (axis.Low, axis.High).Should().Be((-0.5, 1.5));
        axis.Ticks.Should().Equal(new Tick(0, "audio"), new Tick(1, "image"));
    }
}
