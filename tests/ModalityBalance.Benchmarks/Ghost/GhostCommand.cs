using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Ghost;

/// <summary>ghost: what a Pareto step could save if inner products of weight gradients were taken from activations and output
/// gradients, counted in multiplications.</summary>
internal static class GhostCommand
{
    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var command = new Command("ghost", "What inner products without weight gradients could save, in multiplications.");
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var layers = Layers(network.Apply(parsed));
            double all = layers.Sum(layer => layer.WeightGradient);
            double saved = layers.Sum(layer => Math.Max(0, layer.WeightGradient - layer.Ghost));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{layers.Count(layer => layer.Ghost < layer.WeightGradient)} of {layers.Count} layers are cheaper; "
                + $"{saved / all:P1} of one pass of weight gradients is saved; a step costs at best {Ratio(saved / all):F3} of joint training."));
        });
        return command;
    }

    /// <summary>A joint step is three passes of equal cost (forward, gradients of inputs, gradients of weights), a Pareto step
    /// five.</summary>
    private static double Ratio(double saved) => (5 - saved) / 3;

    private static List<GhostLayer> Layers(StepSetting setting)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var measured = new BenchmarkNetwork(setting);
        using var encoder = measured.Encoder();
        var layers = new List<GhostLayer>();
        foreach (var module in encoder.modules())
        {
            if (module is Conv2d convolution)
            {
                convolution.register_forward_hook((_, _, result) =>
                {
                    layers.Add(Of(convolution.weight!, result.numel() / result.shape[1]));
                    return result;
                });
            }
            else if (module is Linear linear)
            {
                linear.register_forward_hook((_, _, result) =>
                {
                    layers.Add(Of(linear.weight, result.shape[0]));
                    return result;
                });
            }
        }

        encoder.call(measured.Batch.Inputs[0].Tensors[0]);
        return layers;
    }

    private static GhostLayer Of(Tensor weight, long positions)
    {
        double outputs = weight.shape[0];
        double inputs = weight.numel() / outputs;

        // The inner products of all pairs of positions: of activations once, of output gradients for each of three products.
        return new GhostLayer(positions * inputs * outputs, positions * (double)positions * (inputs + (3 * outputs)));
    }

    /// <summary>Multiplications in one layer.</summary>
    /// <param name="WeightGradient">For one weight gradient.</param>
    /// <param name="Ghost">For the three inner products of two, without either.</param>
    private readonly record struct GhostLayer(double WeightGradient, double Ghost);
}
