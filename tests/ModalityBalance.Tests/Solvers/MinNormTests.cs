using ModalityBalance.Solvers;
using ModalityBalance.Tests.Golden;

namespace ModalityBalance.Tests.Solvers;

public class MinNormTests
{
    private sealed record GoldenPair(double[] A, double[] B, double WeightA);

    private sealed record GoldenSet(GoldenPair[] Two);

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_weights_are_met_from_vectors_and_from_inner_products()
    {
        foreach (var (a, b, weight) in GoldenFiles.Read<GoldenSet>("min_norm.json").Two)
        {
            // Weights near 0 are differences of numbers near 1.
            MinNorm.WeightOnFirst(a, b).ShouldMatch(weight, scale: 1);
            FromInnerProducts(a, b).ShouldMatch(weight, scale: 1);
        }
    }

    [Theory]
    [MemberData(nameof(VectorSampler.Relations), MemberType = typeof(VectorSampler))]
    public void No_point_of_the_segment_is_closer_to_zero(string relation)
    {
        VectorSampler.Pairs(relation).Check(pair =>
        {
            var (a, b) = pair;
            // Each weight by itself: one minus a weight near 1 has few digits left.
            var (onA, onB) = (MinNorm.WeightOnFirst(a, b), MinNorm.WeightOnFirst(b, a));
            var point = VectorSampler.Sum(onA, a, onB, b);

            onA.Should().BeInRange(0, 1);
            (onA + onB).Should().BeApproximately(1, 1e-15);
            foreach (var end in new[] { a, b })
            {
                // p.g >= |p|^2 at the nearest point p, up to the rounding of the two parts that p is the sum of.
                var parts = (onA * VectorSampler.Norm(a)) + (onB * VectorSampler.Norm(b));
                VectorSampler.Dot(point, end).Should().BeGreaterThanOrEqualTo(
                    VectorSampler.Dot(point, point) - (1e-14 * parts * VectorSampler.Norm(end)));
            }
        });
    }

    [Theory]
    [MemberData(nameof(VectorSampler.Relations), MemberType = typeof(VectorSampler))]
    public void Vectors_and_inner_products_give_the_same_weight(string relation)
    {
        VectorSampler.Pairs(relation).Check(pair =>
        {
            var (a, b) = pair;
            // Inner products good to 1e-15 know the squared distance of vectors 1e-3 apart to 1e-9.
            FromInnerProducts(a, b).Should().BeApproximately(MinNorm.WeightOnFirst(a, b), 1e-9);
        });
    }

    [Theory]
    [InlineData(1, 2, 5, 1)]
    [InlineData(1, 1, 5, 1)]
    [InlineData(5, 1, 1, 0)]
    [InlineData(5, 2, 1, 0)]
    [InlineData(0, 0, 5, 1)]
    [InlineData(5, 0, 0, 0)]
    [InlineData(3, 3, 3, 0.5)]
    [InlineData(0, 0, 0, 0.5)]
    [InlineData(1, -1, 1, 0.5)]
    [InlineData(1, 0, 3, 0.75)]
    public void Ends_equal_and_zero_vectors_are_exact(double aa, double ab, double bb, double weight)
    {
        MinNorm.WeightOnFirst(aa, ab, bb).Should().Be(weight);
    }

    [Theory]
    [InlineData(1e-150)]
    [InlineData(1e150)]
    public void The_weight_does_not_depend_on_the_scale(double scale)
    {
        VectorSampler.Pairs("generic").Check(pair =>
        {
            var (a, b) = pair;
            var (aa, ab, bb) = (VectorSampler.Dot(a, a), VectorSampler.Dot(a, b), VectorSampler.Dot(b, b));

            // Each product is rounded once more by the scaling.
            MinNorm.WeightOnFirst(scale * aa, scale * ab, scale * bb)
                .Should().BeApproximately(MinNorm.WeightOnFirst(aa, ab, bb), 1e-14);
        });
    }

    [Fact]
    public void Swapping_the_vectors_swaps_the_weights()
    {
        VectorSampler.Pairs("generic").Check(pair =>
        {
            var (a, b) = pair;
            MinNorm.WeightOnFirst(b, a).Should().BeApproximately(1 - MinNorm.WeightOnFirst(a, b), 1e-15);
        });
    }

    [Theory]
    [InlineData(-1, 0, 1, "aa")]
    [InlineData(1, 0, double.NaN, "bb")]
    [InlineData(1, double.PositiveInfinity, 1, "ab")]
    public void Impossible_inner_products_are_refused_by_name(double aa, double ab, double bb, string name)
    {
        FluentActions.Invoking(() => MinNorm.WeightOnFirst(aa, ab, bb))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName(name);
    }

    [Fact]
    public void Vectors_of_unequal_lengths_are_refused()
    {
        FluentActions.Invoking(() => MinNorm.WeightOnFirst([1.0, 2.0], [1.0]))
            .Should().Throw<ArgumentException>().WithParameterName("b");
    }

    private static double FromInnerProducts(double[] a, double[] b) => MinNorm.WeightOnFirst(
        VectorSampler.Dot(a, a), VectorSampler.Dot(a, b), VectorSampler.Dot(b, b));
}
