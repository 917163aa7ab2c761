using System.Text.Json;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Equality;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Tests;

public sealed class EqualityTests
{
    [Theory]
    [InlineData(1.0, 1.0, 0.0)]
    [InlineData(3.0, 2.0, 0.5)]
    [InlineData(1.0, 0.0, double.PositiveInfinity)]
    [InlineData(double.NaN, 1.0, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_is_infinitely_far(double own, double expected, double distance)
    {
        using var scope = NewDisposeScope();
        var parameter = zeros([2], requires_grad: true);
        parameter.grad = full([2], own);

        EqualityCommand.Distance(parameter, full([2], expected, float64)).Should().BeApproximately(distance, 1e-12);
    }

    [Fact]
    public void Infinity_can_be_written()
    {
        string path = Path.GetTempFileName();
        try
        {
            JsonFile.Prepare(path).Write(new[] { 1, double.PositiveInfinity, double.NaN });

            JsonSerializer.Deserialize<double[]>(File.ReadAllText(path), JsonFile.Format)
                .Should().Equal(1, double.PositiveInfinity, double.NaN);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
