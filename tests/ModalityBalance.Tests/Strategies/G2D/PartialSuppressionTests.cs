using ModalityBalance.Strategies;

namespace ModalityBalance.Tests.Strategies;

public class PartialSuppressionTests
{
    [Fact]
    public void Others_are_suppressed_the_more_confident_they_are()
    {
        var factors = PartialSuppression.Coefficients([0.4, 0.8, 0.2, 0.4], prioritized: 0);

        factors[0].Should().Be(1);
        factors[1].Should().BeApproximately(1 - Math.Tanh(2), 1e-15);
        factors[2].Should().BeApproximately(1 - Math.Tanh(0.5), 1e-15);
        factors[3].Should().BeApproximately(1 - Math.Tanh(1), 1e-15);
    }

    [Fact]
    public void Confidences_of_zero_and_absent_modalities_have_a_factor()
    {
        PartialSuppression.Coefficients([0, 0.5, double.NaN], prioritized: 0).Should().Equal(1, 0, 1);
        PartialSuppression.Coefficients([0, 0], prioritized: 1).Should().Equal(1 - Math.Tanh(1), 1);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void An_unknown_modality_is_refused(int prioritized)
    {
        FluentActions.Invoking(() => PartialSuppression.Coefficients([0.1, 0.2], prioritized))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(prioritized));
    }

    [Fact]
    public void A_negative_confidence_is_refused()
    {
        FluentActions.Invoking(() => PartialSuppression.Coefficients([0.1, -0.2], 0))
            .Should().Throw<ArgumentException>().WithMessage("*confidences[1]*-0.2*");
    }
}
