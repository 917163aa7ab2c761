using ModalityBalance.Solvers;
using ModalityBalance.Tests.Golden;
using static ModalityBalance.Tests.Solvers.VectorSampler;

namespace ModalityBalance.Tests.Solvers;

public class MMParetoIntegrationTests
{
    private sealed record GoldenCase(
        double[] Multimodal,
        double[] Unimodal,
        double Cosine,
        double WeightMultimodal,
        double WeightUnimodal,
        double Gamma,
        double[] Integrated);

    private sealed record GoldenSet(GoldenCase[] Cases);

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_updates_are_met()
    {
        foreach (var golden in GoldenFiles.Read<GoldenSet>("mmpareto.json").Cases)
        {
            var result = Integrate(golden.Multimodal, golden.Unimodal, golden.Gamma);

            result.Cosine.ShouldMatch(golden.Cosine, scale: 1);
            result.WeightMultimodal.ShouldMatch(golden.WeightMultimodal, scale: 1);
            result.WeightUnimodal.ShouldMatch(golden.WeightUnimodal, scale: 1);
            Update(result, golden.Multimodal, golden.Unimodal).ShouldMatch(golden.Integrated);
        }
    }

    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void The_update_has_no_negative_product_with_either_gradient(string relation)
    {
        foreach (var (m, u) in Pairs(relation))
        {
            var result = Integrate(m, u);
            var update = Update(result, m, u);

            foreach (var gradient in new[] { m, u })
            {
                // The two parts of the update cancel, so that rounding goes with their lengths.
                var parts = (result.Multimodal * Norm(m)) + (result.Unimodal * Norm(u));
                Dot(update, gradient).Should().BeGreaterThanOrEqualTo(-1e-15 * Dimensions * parts * Norm(gradient));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void The_update_is_gamma_times_as_long_as_the_plain_sum(string relation)
    {
        foreach (var (m, u) in Pairs(relation))
        {
            var result = Integrate(m, u);
            var length = 1.5 * Norm(Sum(1, m, 1, u));

            // Inner products of rounding 1e-15 know the height of a flat triangle of gradients to 1e-15 / sine^2,
            // and the length of the sum likewise.
            var flatness = (1 - result.Cosine) * (1 + result.Cosine);
            var error = 1e-14 + (result.Cosine < 0 ? 1e-14 / flatness : 0);
            Norm(Update(result, m, u)).Should().BeApproximately(length, error * length);
        }
    }

    [Fact]
    public void Gradients_that_agree_are_added()
    {
        var result = MMParetoIntegration.Integrate(4, 0, 9, gamma: 2);

        result.Should().Be(new MMParetoCoefficients(2, 2, 0, 0.5, 0.5, 1, false));
    }

    [Theory]
    [InlineData(0, 0, 9)]
    [InlineData(4, 0, 0)]
    [InlineData(0, 0, 0)]
    public void A_zero_gradient_conflicts_with_none(double mm, double mu, double uu)
    {
        var result = MMParetoIntegration.Integrate(mm, mu, uu);

        result.Should().Be(new MMParetoCoefficients(1.5, 1.5, 0, 0.5, 0.5, 1, false));
    }

    [Theory]
    [InlineData(1, -1, 1)]
    [InlineData(4, -6, 9)]
    [InlineData(1e-150, -1e-150, 1e-150)]
    [InlineData(1e150, -1, 1e-150)]
    [InlineData(1, -1 + 1.5e-14, 1)]
    public void Opposite_gradients_are_stationary_and_get_no_update(double mm, double mu, double uu)
    {
        var result = MMParetoIntegration.Integrate(mm, mu, uu);

        result.IsStationary.Should().BeTrue();
        result.Multimodal.Should().Be(0);
        result.Unimodal.Should().Be(0);
    }

    [Fact]
    public void Nearly_opposite_gradients_are_not_stationary()
    {
        MMParetoIntegration.Integrate(1, -1 + 1e-12, 4).IsStationary.Should().BeFalse();
    }

    [Theory]
    [InlineData("conflicting", 1e-150)]
    [InlineData("conflicting", 1e150)]
    [InlineData("unequal lengths", 1e-100)]
    [InlineData("unequal lengths", 1e100)]
    public void Coefficients_do_not_depend_on_the_scale(string relation, double scale)
    {
        foreach (var (m, u) in Pairs(relation))
        {
            var (mm, mu, uu) = (Dot(m, m), Dot(m, u), Dot(u, u));
            var plain = MMParetoIntegration.Integrate(mm, mu, uu);
            var scaled = MMParetoIntegration.Integrate(scale * mm, scale * mu, scale * uu);

            // The sampled conflicts have a sine above 0.01, which magnifies the rounding of the scaled products.
            scaled.Multimodal.Should().BeApproximately(plain.Multimodal, 1e-11 * plain.Multimodal);
            scaled.Unimodal.Should().BeApproximately(plain.Unimodal, 1e-11 * plain.Unimodal);
        }
    }

    [Fact]
    public void Swapping_the_gradients_swaps_the_coefficients()
    {
        foreach (var (m, u) in Pairs("conflicting"))
        {
            var (result, swapped) = (Integrate(m, u), Integrate(u, m));

            // Sums of the inner products in another order.
            swapped.Multimodal.Should().BeApproximately(result.Unimodal, 1e-13 * result.Unimodal);
            swapped.Unimodal.Should().BeApproximately(result.Multimodal, 1e-13 * result.Multimodal);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Gamma_must_be_above_zero(double gamma)
    {
        FluentActions.Invoking(() => MMParetoIntegration.Integrate(1, 0, 1, gamma))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(gamma));
        FluentActions.Invoking(() => MMParetoIntegration.Integrate(new double[,] { { 1, 0 }, { 0, 1 } }, gamma))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(gamma));
    }

    private static MMParetoCoefficients Integrate(double[] m, double[] u, double gamma = 1.5) =>
        MMParetoIntegration.Integrate(Dot(m, m), Dot(m, u), Dot(u, u), gamma);

    private static double[] Update(MMParetoCoefficients result, double[] m, double[] u) =>
        Sum(result.Multimodal, m, result.Unimodal, u);
}
