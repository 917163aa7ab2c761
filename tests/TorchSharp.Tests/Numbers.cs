using static TorchSharp.torch;

namespace TorchSharp.Tests;

/// <summary>Reading tensors, and gradients checked against finite differences.</summary>
internal static class Numbers
{
    internal static double[] Values(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float64).reshape(-1).data<double>().ToArray();
    }

    /// <summary>A reproducible tensor of doubles between -1 and 1 that wants a gradient.</summary>
    internal static Tensor Sample(int seed, params long[] shape)
    {
        var random = new Random(seed);
        var values = new double[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = 2 * random.NextDouble() - 1;
        }
        return tensor(values, dimensions: shape, requires_grad: true);
    }

    /// <summary>
    /// Compares the gradient of a scalar at every element of the inputs with central differences. With a step of 1e-5
    /// their own error is some 1e-10 (the third derivative) plus 1e-11 (rounding of doubles), so 1e-7 leaves room.
    /// </summary>
    internal static void ShouldHaveTheGradientOfItsDifferences(this Func<Tensor> loss, params Tensor[] inputs)
    {
        const double Step = 1e-5;
        IList<Tensor> gradients = autograd.grad([loss()], inputs);
        for (int i = 0; i < inputs.Length; i++)
        {
            double[] expected = [.. Enumerable.Range(0, (int)inputs[i].numel()).Select(place => Difference(loss, inputs[i], place, Step))];
            gradients[i].Values().Should().Equal(expected, (actual, wanted) => Math.Abs(actual - wanted) < 1e-7 * (1 + Math.Abs(wanted)));
        }
    }

    private static double Difference(Func<Tensor> loss, Tensor input, int place, double step)
    {
        using var guard = no_grad();
        using var element = input.view(-1).narrow(0, place, 1);
        element.add_(step);
        double above = loss().item<double>();
        element.sub_(2 * step);
        double below = loss().item<double>();
        element.add_(step);
        return (above - below) / (2 * step);
    }
}
