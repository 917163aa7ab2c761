using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Equality;

/// <summary>equality: every strategy trains on the CPU and on the device from the same weights on the same batch; on
/// the CPU the difference is zero, or the command fails.</summary>
internal static class EqualityCommand
{
    private const int MostSteps = 10_000;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var steps = Choices.Number("--steps", "Training steps.", 20, 1, MostSteps);
        var command = new Command("equality", "Gradients on the device against those on the CPU.") { steps };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            var differences = StrategyCase.All.Select(of => Compare(setting, of, parsed.GetValue(steps))).ToArray();
            foreach (var found in differences)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{found.Strategy,-12} {found.Phase,-12} first step {found.FirstStep:E1}, largest {found.Largest:E1}"));
            }

            json?.Write(differences);
            return setting.Device == DeviceType.CPU && differences.Any(difference => difference.Largest > 0) ? 1 : 0;
        });
        return command;
    }

    private static GradientDifference Compare(StepSetting setting, StrategyCase of, int steps)
    {
        using var onCpu = StepVariant.Of(new BenchmarkNetwork(setting with { Device = DeviceType.CPU }), of);
        using var onDevice = StepVariant.Of(new BenchmarkNetwork(setting), of);
        var differences = new List<double>();
        for (int i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            Tensor?[] expected = [];
            onCpu.Step(model => expected = model.parameters().Select(Gradient).ToArray());
            onDevice.Step(model => differences.Add(model.parameters().Zip(expected, Distance).Max()));
        }

        return new GradientDifference(
            of.Strategy, of.Phase, setting.Encoders, setting.Modalities, setting.Batch, setting.Device, steps,
            differences[0], differences.Max());
    }

    /// <summary>A copy that survives the step.</summary>
    private static Tensor? Gradient(Tensor parameter) =>
        parameter.grad?.to(ScalarType.Float64, copy: true).MoveToOuterDisposeScope();

    /// <summary>Infinite when one of the two has no gradient or one that is not finite, or the CPU's is zero and the
    /// other is not.</summary>
    internal static double Distance(Tensor parameter, Tensor? expected)
    {
        if (parameter.grad is not { } gradient || expected is null)
        {
            return parameter.grad is null && expected is null ? 0 : double.PositiveInfinity;
        }

        double distance = (gradient.cpu().to(ScalarType.Float64) - expected).norm().item<double>();
        double relative = distance == 0 ? 0 : distance / expected.norm().item<double>();
        return double.IsNaN(relative) ? double.PositiveInfinity : relative;
    }
}
