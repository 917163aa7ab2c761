using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public class StandardizationTests
{
    [Fact]
    public void The_deviation_is_that_of_the_population() =>
        Standardization.Of([1, 3, 5, 7]).Should().Be(new Standardization(4, Math.Sqrt(5)));

    [Fact]
    public void Standardized_values_count_deviations_from_the_mean() =>
        new Standardization(10, 4).Apply([10, 12, 2]).Should().Equal(0, 0.5f, -2);
}
