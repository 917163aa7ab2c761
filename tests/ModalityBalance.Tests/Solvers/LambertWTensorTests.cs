using ModalityBalance.Solvers;
using ModalityBalance.Tests.Golden;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Solvers;

public class LambertWTensorTests
{
    private sealed record GoldenCase(double X, double W);

    private sealed record GoldenSet(GoldenCase[] Cases);

    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_values_are_met_in_double()
    {
        var cases = GoldenFiles.Read<GoldenSet>("lambert_w.json").Cases;
        using var x = tensor(cases.Select(golden => golden.X).ToArray());
        using var w = LambertW.W0(x);

        foreach (var (actual, golden) in w.data<double>().Zip(cases))
        {
            actual.ShouldMatch(golden.W, because: $"W0({golden.X:R})");
        }
    }

    [Theory]
    [MemberData(nameof(LambertSamples.Regions), MemberType = typeof(LambertSamples))]
    public void The_error_in_double_stays_below_four_units_in_the_last_place(string region)
    {
        var samples = LambertSamples.Of(region);
        using var x = tensor(samples);
        using var w = LambertW.W0(x);

        var (worst, ulps) = w.data<double>().Zip(samples)
            .Select(pair => (X: pair.Second, Ulps: ExactLambert.ErrorInUlps(pair.First, pair.Second)))
            .MaxBy(error => error.Ulps);

        ulps.Should().BeLessThan(4, "of {0} samples W0({1:R}) is the worst", samples.Length, worst);
    }

    [Theory]
    [MemberData(nameof(LambertSamples.Regions), MemberType = typeof(LambertSamples))]
    public void Single_precision_is_the_double_result_rounded(string region)
    {
        var samples = LambertSamples.Of(region).Select(x => (float)x).Where(float.IsNormal).ToArray();
        using var x = tensor(samples);
        using var w = LambertW.W0(x);

        w.dtype.Should().Be(ScalarType.Float32);
        foreach (var (actual, argument) in w.data<float>().Zip(samples))
        {
            // One unit in the last place of float32 is 1.2e-7; the promise is 2e-6.
            var expected = argument == (float)LambertW.BranchPoint ? -1 : LambertW.W0(argument);
            ((double)actual).Should().BeApproximately(expected, 1.2e-7 * Math.Abs(expected), $"W0({argument:R})");
        }
    }

    [Fact]
    public void Special_points_are_exact_and_outside_the_domain_there_is_no_number()
    {
        double[] arguments =
        [
            LambertW.BranchPoint, 0, double.PositiveInfinity, double.Epsilon, Math.E,
            Math.BitDecrement(LambertW.BranchPoint), -1, double.NegativeInfinity, double.NaN,
        ];
        using var x = tensor(arguments);
        using var w = LambertW.W0(x);

        w.data<double>().Should().Equal(
            -1, 0, double.PositiveInfinity, double.Epsilon, 1, double.NaN, double.NaN, double.NaN, double.NaN);
    }

    [Fact]
    public void The_single_nearest_to_the_branch_point_gives_minus_one()
    {
        const float BranchPoint = (float)LambertW.BranchPoint;
        using var x = tensor(new[] { BranchPoint, MathF.BitDecrement(BranchPoint) });
        using var w = LambertW.W0(x);

        w.data<float>().Should().Equal(-1, float.NaN);
    }

    [Fact]
    public void Shape_is_kept_whatever_it_is()
    {
        using var scope = NewDisposeScope();

        LambertW.W0(tensor(1.0)).shape.Should().BeEmpty();
        LambertW.W0(zeros(2, 3, 4)).shape.Should().Equal(2, 3, 4);
        LambertW.W0(zeros(0)).shape.Should().Equal(0);
    }

    [Fact]
    public void No_gradient_flows_and_no_other_tensor_survives()
    {
        using var x = ones(3, requires_grad: true);
        Tensor w;
        using (var scope = NewDisposeScope())
        {
            w = LambertW.W0(x).MoveToOuterDisposeScope();
            scope.DisposablesCount.Should().Be(0);
        }

        w.requires_grad.Should().BeFalse();
        w.Dispose();
    }

    [Fact]
    public void Other_types_are_refused()
    {
        using var x = zeros(2, dtype: ScalarType.Int64);

        FluentActions.Invoking(() => LambertW.W0(x)).Should().Throw<ArgumentException>().WithMessage("*Int64*");
    }
}
