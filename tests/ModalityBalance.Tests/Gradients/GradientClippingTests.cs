using ModalityBalance.Gradients;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Gradients;

public class GradientClippingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_bound_that_is_no_length_is_refused(double maxNorm)
    {
        using var scope = NewDisposeScope();
        var parameter = WithGradient([3f, 4f]);

        FluentActions.Invoking(() => GradientClipping.ByNorm([parameter], maxNorm)).Should()
            .Throw<ArgumentOutOfRangeException>().WithMessage($"maxNorm must be finite and above 0, but is {maxNorm}*");
        parameter.grad!.data<float>().Should().Equal(3, 4);
    }

    [Fact]
    public void A_repeated_parameter_counts_once()
    {
        using var scope = NewDisposeScope();
        var parameter = WithGradient([3f, 4f]);

        GradientClipping.ByNorm([parameter, parameter], 1).item<double>().Should().Be(5);

        parameter.grad!.data<float>().Should().Equal(0.6f, 0.8f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e20f)] // its square is not finite
    public void Without_a_finite_length_all_gradients_are_NaN(float element)
    {
        using var scope = NewDisposeScope();
        var (broken, other) = (WithGradient([element, 0f]), WithGradient([1f]));

        var norm = GradientClipping.ByNorm([broken, other], 1).item<double>();

        double.IsFinite(norm).Should().BeFalse();
        broken.grad!.data<float>().Should().OnlyContain(value => float.IsNaN(value));
        other.grad!.data<float>().Should().OnlyContain(value => float.IsNaN(value));
    }

    [Fact]
    public void Half_precision_gradients_are_measured_in_single_precision()
    {
        using var scope = NewDisposeScope();
        var parameter = new Parameter(zeros(4, dtype: ScalarType.Float16));
        parameter.grad = full(4, 60000, dtype: ScalarType.Float16);

        GradientClipping.ByNorm([parameter], 1000).item<double>().Should().BeApproximately(120000, 100);

        parameter.grad!.to(ScalarType.Float32).data<float>().Should().OnlyContain(value => Math.Abs(value - 500) < 1);
    }

    private static Parameter WithGradient(float[] gradient)
    {
        var parameter = new Parameter(zeros(gradient.Length));
        parameter.grad = tensor(gradient);
        return parameter;
    }
}
