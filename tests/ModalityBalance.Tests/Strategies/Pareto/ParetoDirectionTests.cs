using ModalityBalance.Strategies;

namespace ModalityBalance.Tests.Strategies;

public class ParetoDirectionTests
{
    [Theory]
    [InlineData(1, 0, 3, 1.5, 0.5)]
    [InlineData(1, -1, 1, 1, 1)]
    [InlineData(1, 2, 5, 2, 0)]
    public void Two_gradients_get_twice_their_least_norm_weights(double mm, double mu, double uu, double m, double u)
    {
        ParetoDirection.Coefficients(mm, mu, uu).Should().Be((m, u));
        ParetoDirection.Coefficients(new[,] { { mm, mu }, { mu, uu } })
            .Should().Equal([m, u], (a, b) => Math.Abs(a - b) < 1e-14);
    }

    [Fact]
    public void Orthogonal_gradients_share_by_their_inverse_squared_lengths()
    {
        ParetoDirection.Coefficients(new double[,] { { 1, 0, 0 }, { 0, 2, 0 }, { 0, 0, 2 } })
            .Should().Equal([1.5, 0.75, 0.75], (a, b) => Math.Abs(a - b) < 1e-14);
    }
}
