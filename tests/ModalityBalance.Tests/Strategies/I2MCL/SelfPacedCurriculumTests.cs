using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

public class SelfPacedCurriculumTests
{
    [Fact]
    public void The_first_mean_starts_an_average_even_if_it_is_zero()
    {
        Averages(gamma: 0.75, 0, 8).Should().Equal(0, 2);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void A_mean_that_is_not_finite_leaves_the_average_as_it_was(double mean)
    {
        Averages(gamma: 0.9, mean, 3, mean).Should().Equal(double.NaN, 3, 3);
    }

    [Theory]
    [InlineData(0.0, 4.0)]
    [InlineData(1.0, 3.0)]
    public void The_ends_of_gamma_follow_or_freeze(double gamma, double expected)
    {
        Averages(gamma, 3, 4)[^1].Should().Be(expected);
    }

    [Fact]
    public void Averages_move_side_by_side_without_a_gradient()
    {
        using var scope = NewDisposeScope();
        var means = tensor([4.0, 8.0], requires_grad: true);

        var moved = SelfPacedCurriculum.Moved(tensor([0, double.NaN]), means, gamma: 0.5);

        moved.data<double>().Should().Equal(2, 8);
        moved.requires_grad.Should().BeFalse();
        means.data<double>().Should().Equal(4, 8);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Gamma_outside_zero_to_one_is_rejected(double gamma)
    {
        using var scope = NewDisposeScope();
        FluentActions.Invoking(() => SelfPacedCurriculum.Moved(zeros(1), zeros(1), gamma))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(gamma));
    }

    private static double[] Averages(double gamma, params double[] means)
    {
        using var scope = NewDisposeScope();
        var average = tensor(double.NaN);
        return [.. means.Select(mean =>
        {
            average = SelfPacedCurriculum.Moved(average, tensor(mean), gamma);
            return average.item<double>();
        })];
    }
}
