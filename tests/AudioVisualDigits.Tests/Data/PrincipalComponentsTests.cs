using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public class PrincipalComponentsTests
{
    // Along (3, 4) the squares sum to 2 * 25, across it to 2 * 1: shares 25/26 and 1/26.
    private static readonly double[][] Cross = [[4, 6], [-2, -2], [1 + 0.8, 2 - 0.6], [1 - 0.8, 2 + 0.6]];

    [Fact]
    public void The_first_component_explains_its_share_of_the_variance() =>
        PrincipalComponents.Fit(Cross, 0.9).Explained.Should().ContainSingle()
            .Which.Should().BeApproximately(25 / 26.0, 1e-14);

    [Fact]
    public void A_higher_share_takes_more_components() =>
        PrincipalComponents.Fit(Cross, 0.97).Explained.Should().Equal(
            [25 / 26.0, 1], (found, expected) => Math.Abs(found - expected) < 1e-14);

    [Fact]
    public void What_lies_across_the_components_is_lost() =>
        PrincipalComponents.Fit(Cross, 0.9).Reconstruct([1 + 3 + 0.8, 2 + 4 - 0.6]).Should().Equal(
            [4, 6], (found, expected) => Math.Abs(found - expected) < 1e-13);

    [Fact]
    public void All_components_lose_nothing() =>
        PrincipalComponents.Fit(Cross, 0.97).Reconstruct([7, -5]).Should().Equal(
            [7, -5], (found, expected) => Math.Abs(found - expected) < 1e-13);
}
