using CsCheck;
using ModalityBalance.Solvers;
using ModalityBalance.Tests.Golden;
using static ModalityBalance.Tests.Solvers.VectorSampler;

namespace ModalityBalance.Tests.Solvers;

public class MinNormManyTests
{
    private sealed record GoldenHull(double[][] Vectors, double[] Weights, double Norm);

    private sealed record GoldenSet(GoldenHull[] Many);

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_weights_and_norms_are_met()
    {
        foreach (var (vectors, weights, norm) in GoldenFiles.Read<GoldenSet>("min_norm.json").Many)
        {
            var solution = MinNorm.OfVectors(vectors);

            solution.Exit.Should().Be(MinNormExit.Optimal);
            solution.Weights.ShouldMatch(weights);
            Math.Sqrt(solution.SquaredNorm).ShouldMatch(norm);
        }
    }

    [Fact]
    public void No_point_of_the_hull_is_closer_to_zero()
    {
        Sets().Check(vectors =>
        {
            var solution = MinNorm.OfVectors(vectors);
            var point = Combine(solution.Weights, vectors);

            solution.Exit.Should().BeOneOf(MinNormExit.Optimal, MinNormExit.ZeroInHull);
            solution.Weights.Should().OnlyContain(weight => weight >= 0);
            solution.Weights.Sum().Should().BeApproximately(1, 1e-14);
            foreach (var vector in vectors)
            {
                // Parts of the sum cancel, so that its rounding error goes with their lengths. A hull that holds
                // zero is left at 1e-7 of these.
                var parts = solution.Weights.Zip(vectors, (weight, part) => weight * Norm(part)).Sum();
                var error = solution.Exit == MinNormExit.ZeroInHull ? 1e-7 : 1e-12;
                Dot(point, vector).Should().BeGreaterThanOrEqualTo(
                    Dot(point, point) - (error * parts * Norm(vector)));
            }
        }, count: 60);
    }

    [Fact]
    public void Both_ends_occur_in_the_sampled_sets()
    {
        Sets().Draw(60).Select(vectors => MinNorm.OfVectors(vectors).Exit).Should()
            .Contain(MinNormExit.Optimal).And.Contain(MinNormExit.ZeroInHull);
    }

    [Theory]
    [MemberData(nameof(Relations), MemberType = typeof(VectorSampler))]
    public void Two_vectors_agree_with_the_closed_form(string relation)
    {
        Pairs(relation).Check(pair =>
        {
            var (a, b) = pair;
            var (aa, ab, bb) = (Dot(a, a), Dot(a, b), Dot(b, b));

            MinNorm.OfGram(new[,] { { aa, ab }, { ab, bb } }).Weights[0]
                .Should().BeApproximately(MinNorm.WeightOnFirst(aa, ab, bb), 1e-10);
        });
    }

    [Theory]
    [InlineData(1e-75)]
    [InlineData(1e75)]
    public void Weights_do_not_depend_on_the_scale_and_the_norm_follows_it(double scale)
    {
        Sets().Where(set => MinNorm.OfVectors(set).Exit == MinNormExit.Optimal).Check(vectors =>
        {
            var plain = MinNorm.OfVectors(vectors);
            var scaled = MinNorm.OfVectors([.. vectors.Select(vector => Sum(scale, vector, 0, vector))]);

            scaled.Weights.Should().Equal(plain.Weights, (a, b) => Math.Abs(a - b) < 1e-10);
            (scaled.SquaredNorm / scale / scale).Should().BeApproximately(plain.SquaredNorm, 1e-10 * plain.SquaredNorm);
        }, count: 60);
    }

    [Fact]
    public void Weights_follow_their_vectors_through_a_permutation()
    {
        Sets().Where(set => MinNorm.OfVectors(set).Exit == MinNormExit.Optimal).Check(vectors =>
        {
            var plain = MinNorm.OfVectors(vectors);
            var reversed = MinNorm.OfVectors([.. vectors.Reverse()]);

            reversed.Weights.Reverse().Should().Equal(plain.Weights, (a, b) => Math.Abs(a - b) < 1e-10);
        }, count: 60);
    }

    [Fact]
    public void Repeated_vectors_do_not_move_the_point()
    {
        Sets().Where(set => set.Length <= 16).Check(vectors =>
        {
            double[][] twice = [.. vectors, .. vectors];
            var point = Combine(MinNorm.OfVectors(vectors).Weights, vectors);
            var repeated = Combine(MinNorm.OfVectors(twice).Weights, twice);

            // The norm of a hull that holds zero is known to 1e-7 of its vectors, which are at most 100 long.
            Norm(Sum(1, point, -1, repeated)).Should().BeLessThan(1e-5);
        }, count: 60);
    }
}
