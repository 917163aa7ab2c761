using ModalityBalance.Solvers;
using ModalityBalance.Tests.Golden;

namespace ModalityBalance.Tests.Solvers;

public class LambertWTests
{
    private sealed record GoldenCase(double X, double W);

    private sealed record GoldenSet(GoldenCase[] Cases);

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_values_are_met()
    {
        foreach (var (x, w) in GoldenFiles.Read<GoldenSet>("lambert_w.json").Cases)
        {
            LambertW.W0(x).ShouldMatch(w, because: $"W0({x:R})");
        }
    }

    [Theory]
    [MemberData(nameof(LambertSamples.Regions), MemberType = typeof(LambertSamples))]
    public void The_error_stays_below_two_and_a_half_units_in_the_last_place(string region)
    {
        var errors = LambertSamples.Of(region).Select(x => (X: x, Ulps: ExactLambert.ErrorInUlps(LambertW.W0(x), x)));

        var (worst, ulps) = errors.MaxBy(error => error.Ulps);

        ulps.Should().BeLessThan(2.5, "of {0} samples W0({1:R}) is the worst", LambertSamples.Count, worst);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void The_measure_of_the_error_agrees_with_the_golden_values()
    {
        var inside = GoldenFiles.Read<GoldenSet>("lambert_w.json").Cases
            .Where(golden => golden.X > LambertW.BranchPoint && golden.X != 0);

        // They are 50-digit results rounded to double: half a unit, but for the second-order term of the measure.
        inside.Should().OnlyContain(golden => ExactLambert.ErrorInUlps(golden.W, golden.X) < 0.5001);
    }

    [Theory]
    [InlineData(LambertW.BranchPoint, -1)]
    [InlineData(0.0, 0)]
    [InlineData(Math.E, 1)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.Epsilon, double.Epsilon)]
    [InlineData(-double.Epsilon, -double.Epsilon)]
    [InlineData(1e-310, 1e-310)]
    public void Special_points_are_exact(double x, double w)
    {
        LambertW.W0(x).Should().Be(w);
    }

    [Theory]
    [InlineData(-0.3678794411714424)]
    [InlineData(-1)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.NaN)]
    public void Outside_the_domain_there_is_no_number(double x)
    {
        LambertW.W0(x).Should().Be(double.NaN);
    }

    [Fact]
    public void The_branch_point_is_the_double_nearest_to_minus_one_over_e()
    {
        Math.BitIncrement(LambertW.BranchPoint).Should().Be(-0.36787944117144228);
        LambertW.W0(Math.BitIncrement(LambertW.BranchPoint)).Should().BeGreaterThan(-1);
        LambertW.W0(Math.BitDecrement(LambertW.BranchPoint)).Should().Be(double.NaN);
    }

    [Fact]
    public void It_rises_with_its_argument()
    {
        foreach (var region in LambertSamples.Regions)
        {
            var values = LambertSamples.Of(region).Order().Select(LambertW.W0);

            // But for the two and a half units in the last place that each value may be off.
            values.Zip(values.Skip(1)).Should().OnlyContain(
                pair => pair.Second >= pair.First - (5 * Math.Abs(pair.First) * 2.3e-16));
        }
    }
}
