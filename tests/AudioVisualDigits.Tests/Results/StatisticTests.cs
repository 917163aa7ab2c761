using AudioVisualDigits.Results;

namespace AudioVisualDigits.Tests.Results;

public class StatisticTests
{
    [Fact]
    public void The_deviation_is_that_of_a_sample() =>
        Statistic.Of([2, 4, 9]).Should().Be(new Statistic(5, Math.Sqrt(13)), "the squares 9, 1 and 16 make 26, over two");

    [Fact]
    public void A_single_value_has_no_deviation() => Statistic.Of([3]).Should().Be(new Statistic(3, null));

    [Fact]
    public void A_missing_value_leaves_no_statistic() => Statistic.OfAll([1, null]).Should().BeNull();

    [Theory]
    [InlineData(new[] { 9.0, 1, 2 }, 2)]
    [InlineData(new[] { 4.0, 1, 2, 100 }, 3)]
    [InlineData(new[] { 5.0 }, 5)]
    public void The_median_stands_in_the_middle(double[] values, double expected) =>
        Statistic.Median(values).Should().Be(expected);
}
