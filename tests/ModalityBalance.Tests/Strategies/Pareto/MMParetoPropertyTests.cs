using ModalityBalance.Tests.Solvers;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Solvers.VectorSampler;

namespace ModalityBalance.Tests.Strategies;

/// <summary>What holds for every pair of gradients.</summary>
public class MMParetoPropertyTests
{
    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void The_update_has_no_negative_product_with_either_gradient(string relation)
    {
        Pairs(relation).Check(pair =>
        {
            var (m, u) = pair;
            var result = Integrate(m, u);
            var update = Update(result, m, u);

            foreach (var gradient in new[] { m, u })
            {
                // The two parts of the update cancel, so that rounding goes with their lengths.
                var parts = (result.Multimodal * Norm(m)) + (result.Unimodal * Norm(u));
                Dot(update, gradient).Should().BeGreaterThanOrEqualTo(-1e-15 * Dimensions * parts * Norm(gradient));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void The_update_is_gamma_times_as_long_as_the_plain_sum(string relation)
    {
        Pairs(relation).Check(pair =>
        {
            var (m, u) = pair;
            var result = Integrate(m, u);
            var length = 1.5 * Norm(Sum(1, m, 1, u));

            // Inner products of rounding 1e-15 know the height of a flat triangle of gradients to 1e-15 / sine^2,
            // and the length of the sum likewise.
            var flatness = (1 - result.Cosine) * (1 + result.Cosine);
            var error = 1e-14 + (result.Cosine < 0 ? 1e-14 / flatness : 0);
            Norm(Update(result, m, u)).Should().BeApproximately(length, error * length);
        });
    }

    [Theory]
    [InlineData("conflicting", 1e-150)]
    [InlineData("conflicting", 1e150)]
    [InlineData("unequal lengths", 1e-100)]
    [InlineData("unequal lengths", 1e100)]
    public void Coefficients_do_not_depend_on_the_scale(string relation, double scale)
    {
        Pairs(relation).Check(pair =>
        {
            var (m, u) = pair;
            var (mm, mu, uu) = (Dot(m, m), Dot(m, u), Dot(u, u));
            var plain = OnHost.Integrate(mm, mu, uu);
            var scaled = OnHost.Integrate(scale * mm, scale * mu, scale * uu);

            // The sampled conflicts have a sine above 0.01, which magnifies the rounding of the scaled products.
            scaled.Multimodal.Should().BeApproximately(plain.Multimodal, 1e-11 * plain.Multimodal);
            scaled.Unimodal.Should().BeApproximately(plain.Unimodal, 1e-11 * plain.Unimodal);
        });
    }

    [Fact]
    public void Swapping_the_gradients_swaps_the_coefficients()
    {
        Pairs("conflicting").Check(pair =>
        {
            var (m, u) = pair;
            var (result, swapped) = (Integrate(m, u), Integrate(u, m));

            // Sums of the inner products in another order.
            swapped.Multimodal.Should().BeApproximately(result.Unimodal, 1e-13 * result.Unimodal);
            swapped.Unimodal.Should().BeApproximately(result.Multimodal, 1e-13 * result.Multimodal);
        });
    }

    private static ReferencePareto Integrate(double[] m, double[] u) =>
        OnHost.Integrate(Dot(m, m), Dot(m, u), Dot(u, u));

    private static double[] Update(ReferencePareto result, double[] m, double[] u) =>
        Sum(result.Multimodal, m, result.Unimodal, u);
}
