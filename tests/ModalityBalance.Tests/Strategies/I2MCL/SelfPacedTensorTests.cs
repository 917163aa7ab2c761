using ModalityBalance.Strategies;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

public class SelfPacedTensorTests
{
    [Fact]
    [Trait("Category", "Golden")]
    public void Golden_weights_are_met()
    {
        using var scope = NewDisposeScope();
        foreach (var golden in SelfPacedGolden.Read().Cases)
        {
            SelfPacedWeight.Of(tensor(golden.Loss), tensor(golden.Threshold), golden.Beta).item<double>()
                .ShouldMatch(golden.Weight, because: golden.ToString());
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void The_golden_trace_of_threshold_and_weights_is_met()
    {
        using var scope = NewDisposeScope();
        var trace = SelfPacedGolden.Read().Trace;
        var threshold = tensor(double.NaN);
        foreach (var step in trace.Steps)
        {
            var losses = tensor(step.Losses);
            threshold = SelfPacedCurriculum.Moved(threshold, losses.mean(), trace.Gamma);
            var weights = SelfPacedWeight.Of(losses, threshold, trace.Beta);

            threshold.item<double>().ShouldMatch(step.Threshold);
            weights.data<double>().ToArray().ShouldMatch(step.Weights);
        }
    }

    [Fact]
    public void Weights_equal_the_closed_form_of_single_samples()
    {
        using var scope = NewDisposeScope();
        double[] losses = [-1e300, 0, 0.5, 1.9, 2, 2.1, 7, 1e6, double.PositiveInfinity];

        foreach (double beta in (double[])[0, 0.01, 1, 100])
        {
            // The tensor form iterates a fixed number of times, the other until it has converged.
            SelfPacedWeight.Of(tensor(losses), tensor(2.0), beta).data<double>().ToArray().ShouldMatch(
                [.. losses.Select(loss => ReferenceSelfPaced.Weight(loss, 2, beta))]);
        }
    }

    [Fact]
    public void Single_precision_keeps_type_and_shape_and_stays_in_range()
    {
        using var scope = NewDisposeScope();
        var losses = linspace(0, 10, 64, dtype: ScalarType.Float32).reshape(8, 8);

        var weights = SelfPacedWeight.Of(losses, tensor(3f));

        weights.dtype.Should().Be(ScalarType.Float32);
        weights.shape.Should().Equal(8, 8);
        weights.data<float>().Should().OnlyContain(weight => weight > 0 && weight <= Math.E)
            .And.BeInDescendingOrder();
    }

    [Fact]
    public void Without_softness_the_threshold_is_hard()
    {
        using var scope = NewDisposeScope();

        var weights = SelfPacedWeight.Of(tensor(new[] { 1.9, 2, 2.1, double.NaN }), tensor(2.0), beta: 0);

        weights.data<double>().Should().Equal(Math.E, Math.E, 0, double.NaN);
    }

    [Fact]
    public void Weights_are_constants_for_the_gradient()
    {
        using var scope = NewDisposeScope();

        SelfPacedWeight.Of(ones(3, requires_grad: true), tensor(1f)).requires_grad.Should().BeFalse();
    }

    [Fact]
    public void Other_types_and_negative_softness_are_refused()
    {
        using var scope = NewDisposeScope();

        FluentActions.Invoking(() => SelfPacedWeight.Of(zeros(2, dtype: ScalarType.Int64), tensor(1.0)))
            .Should().Throw<ArgumentException>().WithParameterName("losses");
        FluentActions.Invoking(() => SelfPacedWeight.Of(zeros(2), tensor(1.0), -1))
            .Should().Throw<ArgumentOutOfRangeException>().WithParameterName("beta");
    }
}
