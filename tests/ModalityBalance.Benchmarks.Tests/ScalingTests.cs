using ModalityBalance.Benchmarks.Scaling;
using ModalityBalance.Benchmarks.Steps;
using TorchSharp;

namespace ModalityBalance.Benchmarks.Tests;

public sealed class ScalingTests
{
    [Fact]
    public void Every_strategy_is_measured_at_every_value()
    {
        var values = new ScalingValues(Modalities: [2, 3], Batches: [2], Parameters: [1000], Samples: [1000]);
        using var output = new StringWriter();

        var result = ScalingCommand.Measure(new ScalingSeries(DeviceType.CPU, rounds: 1, values), output);

        result.Points.Select(point => (point.Quantity, point.Value)).Distinct().Should().Equal(
            (ScaledQuantity.Modalities, 2), (ScaledQuantity.Modalities, 3), (ScaledQuantity.Batch, 2),
            (ScaledQuantity.Parameters, 1000), (ScaledQuantity.Samples, 1000));
        result.Points.Should().HaveCount(5 * StrategyCase.All.Count).And.OnlyContain(point => point.Milliseconds > 0);
        result.Fits.Should().HaveCount(StrategyCase.All.Count);
        output.ToString().Should().ContainAll("Modalities", "Batch", "Parameters", "Samples", " M ms, within ");
    }

    [Fact]
    public void A_line_is_found_and_what_misses_it()
    {
        LinearFit.Of([(2, 7), (4, 11), (6, 15)]).Should().BeEquivalentTo(
            new LinearFit(3, 2, 0), options => options.Using<double>(
                context => context.Subject.Should().BeApproximately(context.Expectation, 1e-12)).WhenTypeIs<double>());
        LinearFit.Of([(0, 1), (1, 3), (2, 1)]).LargestMiss.Should().BeApproximately(0.8, 1e-12);
    }
}
