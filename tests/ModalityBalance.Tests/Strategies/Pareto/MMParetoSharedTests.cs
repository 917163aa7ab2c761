using ModalityBalance.Strategies;
using ModalityBalance.Tests.Solvers;
using ModalityBalance.Tests.Support;
using static ModalityBalance.Tests.Solvers.VectorSampler;

namespace ModalityBalance.Tests.Strategies;

public class MMParetoSharedTests
{
    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void Two_losses_agree_with_the_two_gradient_form(string relation)
    {
        Pairs(relation).Check(sample =>
        {
            var (m, u) = sample;
            var pair = ReferencePareto.Integrate(Dot(m, m), Dot(m, u), Dot(u, u));
            var shared = ParetoIntegration.Integrate(Gram(m, u));

            shared.LowestCosine.Should().Be(pair.Cosine);
            shared.IsStationary.Should().Be(pair.IsStationary);

            // Inner products of rounding 1e-15 know the least-norm point's length to 1e-15 / sine^2.
            var error = 1e-14 / (1 - (pair.Cosine * pair.Cosine));
            shared.Coefficients[0].Should().BeApproximately(pair.Multimodal, error * pair.Multimodal);
            shared.Coefficients[1].Should().BeApproximately(pair.Unimodal, error * pair.Unimodal);
        });
    }

    [Fact]
    public void The_update_has_no_negative_product_and_gamma_times_the_length_of_the_sum()
    {
        Sets().Check(gradients =>
        {
            var result = ParetoIntegration.Integrate(Gram(gradients));
            var update = Combine(result.Coefficients, gradients);
            var sum = Combine(new double[gradients.Length].Select(_ => 1.0).ToArray(), gradients);

            Norm(update).Should().BeApproximately(result.IsStationary ? 0 : 1.5 * Norm(sum), 1e-6 * Norm(sum));
            foreach (var gradient in gradients)
            {
                var parts = result.Coefficients.Zip(gradients, (c, part) => c * Norm(part)).Sum();
                Dot(update, gradient).Should().BeGreaterThanOrEqualTo(-1e-12 * parts * Norm(gradient));
            }
        }, count: 60);
    }

    [Fact]
    public void Losses_without_a_conflicting_pair_are_added()
    {
        var result = ParetoIntegration.Integrate(Gram([1, 0, 0], [0, 2, 0], [1, 0, 3]), gamma: 2);

        result.Coefficients.Should().Equal(2, 2, 2);
        result.Weights.Should().OnlyContain(weight => weight == 1.0 / 3);
        result.Rescale.Should().Be(1);
        result.LowestCosine.Should().Be(0);
    }

    [Fact]
    public void A_zero_gradient_takes_no_part_in_a_conflict_of_others()
    {
        var with = ParetoIntegration.Integrate(Gram([2, 0], [0, 0], [-1, 1]));
        var without = ParetoIntegration.Integrate(Gram([2, 0], [-1, 1]));

        with.Coefficients[1].Should().Be(0);
        with.Coefficients[0].Should().BeApproximately(without.Coefficients[0], 1e-14);
        with.Coefficients[2].Should().BeApproximately(without.Coefficients[1], 1e-14);
        ParetoIntegration.Integrate(Gram([0, 0], [0, 0])).Coefficients.Should().Equal(1.5, 1.5);
    }

    [Fact]
    public void Gradients_around_zero_are_stationary()
    {
        var result = ParetoIntegration.Integrate(Gram([1, 0], [-0.5, Math.Sqrt(0.75)], [-0.5, -Math.Sqrt(0.75)]));

        result.IsStationary.Should().BeTrue();
        result.Coefficients.Should().Equal(0, 0, 0);
    }

    [Fact]
    public void One_gradient_alone_is_refused()
    {
        FluentActions.Invoking(() => ParetoIntegration.Integrate(new double[,] { { 1 } }))
            .Should().Throw<ArgumentException>().WithMessage("*2 to 32 rows*1 x 1*");
    }

    private static double[,] Gram(params double[][] gradients)
    {
        var gram = new double[gradients.Length, gradients.Length];
        foreach (var i in Enumerable.Range(0, gradients.Length))
        {
            foreach (var j in Enumerable.Range(0, gradients.Length))
            {
                gram[i, j] = Dot(gradients[i], gradients[j]);
            }
        }

        return gram;
    }
}
