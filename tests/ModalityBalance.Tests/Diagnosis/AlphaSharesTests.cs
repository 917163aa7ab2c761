using ModalityBalance.Diagnosis;
using ModalityBalance.Gradients;

namespace ModalityBalance.Tests.Diagnosis;

public class AlphaSharesTests
{
    [Fact]
    public void A_strong_teacher_holds_alpha_at_zero_and_a_weak_one_at_one()
    {
        // Parallel gradients of lengths 10 and 1, 1 and 10, and orthogonal ones.
        IReadOnlyList<IReadOnlyList<GradientPair?>> steps = [[new(100, 10, 1), new(1, 10, 100)], [null, new(1, 0, 1)]];

        AlphaShares.Of(steps, scale: 1).Should().Be(new AlphaShares(1, AtZero: 1 / 3.0, AtOne: 1 / 3.0, Tied: 0));
    }

    [Fact]
    public void Equal_alphas_are_tied()
    {
        var strong = new GradientPair(100, 10, 1);

        AlphaShares.Of([[strong, strong], [strong, new(1, 0, 1)]], scale: 1)!.Tied.Should().Be(0.5);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.25)]
    [InlineData(1e-3)]
    public void Alpha_is_inside_where_the_closed_form_says_so(double scale)
    {
        var random = new Random(1);
        GradientPair?[] pairs = [.. Enumerable.Range(0, 500).Select(_ => Pair(random))];

        var shares = AlphaShares.Of(pairs.Select(pair => new[] { pair }).ToArray(), scale)!;

        double inside = pairs.Average(pair =>
            scale * pair!.Value.Dot < scale * scale * pair.Value.FirstSquared
            && scale * pair.Value.Dot < pair.Value.SecondSquared ? 1.0 : 0.0);
        shares.Inside.Should().BeApproximately(inside, 1e-12).And.BeInRange(0.05, 0.95);
    }

    [Fact]
    public void The_suggested_scale_is_the_largest_power_of_two_inside_the_interval()
    {
        // Parts of t along d: alpha is inside for 0.02 < s < 0.1. Half of the steps do not care.
        var narrow = new GradientPair(2500, 50, 5);

        AlphaShares.Suggest([[narrow, new(1, 0, 1)]])!.Scale.Should().Be(1 / 16.0);
    }

    [Fact]
    public void Weak_teachers_are_brought_inside_by_a_larger_scale()
    {
        // Alpha is inside for 50 < s < 200.
        var weak = new GradientPair(0.01, 0.5, 100);

        AlphaShares.Suggest([[weak, weak]])!.Should().BeEquivalentTo(new { Scale = 64, Inside = 1.0 });
    }

    [Fact]
    public void The_scale_of_the_paper_stays_where_it_does_as_well_as_any()
    {
        AlphaShares.Suggest([[new(1, 0, 1), new(4, -1, 1)]])!.Should().Be(new AlphaShares(1, 0, 0, 0));
        AlphaShares.Suggest([[new(1, 1, 1)]])!.Scale.Should().Be(1, "no scale brings parallel gradients inside");
        AlphaShares.Suggest([[null, null]]).Should().BeNull();
    }

    private static GradientPair? Pair(Random random)
    {
        double[] d = [random.NextDouble() * 100, random.NextDouble() - 0.5];
        double[] t = [random.NextDouble() - 0.3, random.NextDouble() * 10];
        return new((d[0] * d[0]) + (d[1] * d[1]), (d[0] * t[0]) + (d[1] * t[1]), (t[0] * t[0]) + (t[1] * t[1]));
    }
}
