using ModalityBalance.Strategies;

namespace ModalityBalance.Tests.Strategies;

public class ModalityConfidenceTests
{
    [Theory]
    [InlineData(new[] { 0.6, 0.2, 0.4 }, new[] { 1, 2, 0 })]
    [InlineData(new[] { 0.5, 0.5, 0.1 }, new[] { 2, 0, 1 })]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 0, 1 })]
    [InlineData(new[] { double.NaN, 0.9, 0.1 }, new[] { 2, 1, 0 })]
    public void Ranks_rise_with_confidence_ties_by_order_absent_last(double[] confidences, int[] ranks)
    {
        ModalityConfidence.Rank(confidences).Should().Equal(ranks);
    }
}
