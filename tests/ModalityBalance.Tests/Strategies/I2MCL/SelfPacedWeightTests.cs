using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;

namespace ModalityBalance.Tests.Strategies;

public class SelfPacedWeightTests
{
    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_weights_are_met()
    {
        foreach (var golden in SelfPacedGolden.Read().Cases)
        {
            OnHost.SelfPacedWeightOf(golden.Loss, golden.Threshold, golden.Beta)
                .ShouldMatch(golden.Weight, because: golden.ToString());
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(100)]
    public void Weights_fall_as_losses_rise_and_stay_above_zero_and_at_most_e(double beta)
    {
        var random = new Random(5);
        var losses = Enumerable.Range(0, 2000).Select(_ => Math.Pow(10, (12 * random.NextDouble()) - 6)).Order();

        var weights = losses.Select(loss => OnHost.SelfPacedWeightOf(loss, 3, beta)).ToArray();

        weights.Should().OnlyContain(weight => weight > 0 && weight <= Math.E);
        weights.Zip(weights.Skip(1)).Should().OnlyContain(pair => pair.Second <= pair.First);
        weights[^1].Should().BeLessThan(weights[0]);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2 - (2 / Math.E), Math.E)]
    [InlineData(0, Math.E)]
    [InlineData(-1e300, Math.E)]
    [InlineData(2 + (2 * Math.E), 1 / Math.E)]
    public void Known_points_of_the_curve_are_met(double loss, double weight)
    {
        // W0(0) = 0, W0(-1/e) = -1, W0(e) = 1. Near the clamp the curve is steep: a rounding of 1e-16 moves it 1e-8.
        OnHost.SelfPacedWeightOf(loss, threshold: 2, beta: 1).Should().BeApproximately(weight, 1e-7);
    }

    [Theory]
    [InlineData(1.9, Math.E)]
    [InlineData(2, Math.E)]
    [InlineData(2.1, 0)]
    [InlineData(double.NaN, double.NaN)]
    public void Without_softness_the_threshold_is_hard(double loss, double weight)
    {
        OnHost.SelfPacedWeightOf(loss, threshold: 2, beta: 0).Should().Be(weight);
    }

    [Fact]
    public void A_small_softness_comes_close_to_the_hard_threshold()
    {
        OnHost.SelfPacedWeightOf(1.9, 2, 1e-6).Should().Be(Math.E);
        OnHost.SelfPacedWeightOf(2.1, 2, 1e-6).Should().BeInRange(0, 1e-3);
    }

    [Fact]
    public void A_loss_that_is_no_number_has_no_weight()
    {
        OnHost.SelfPacedWeightOf(double.NaN, 1).Should().Be(double.NaN);
        OnHost.SelfPacedWeightOf(double.PositiveInfinity, 1).Should().Be(0);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_softness_below_zero_is_refused(double beta)
    {
        FluentActions.Invoking(() => OnHost.SelfPacedWeightOf(1, 1, beta))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(beta));
    }
}
