using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using TorchSharp;

namespace ModalityBalance.Benchmarks.Memory;

/// <summary>memory: the peak of every strategy's steps against joint training.</summary>
internal static class MemoryCommand
{
    private const double Mebi = 1024 * 1024;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var command = new Command("memory", "Peak memory of every strategy's steps, each in a process of its own.");
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = Supported(network.Apply(parsed));
            var json = network.Machine.File(parsed);
            var peaks = Measure(setting);
            output.WriteLine($"the encoders' parameters: {Text(peaks[0].ParameterMebibytes)} MiB");
            foreach (var peak in peaks)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{peak.Strategy,-12} {peak.Phase,-12} {peak.Mebibytes,10:F1} MiB {peak.Ratio,8:F3}"));
            }

            json?.Write(peaks);
        });
        return command;
    }

    /// <summary>What <see cref="Create"/> starts once per strategy.</summary>
    public static Command CreateChild(TextWriter output)
    {
        var network = new NetworkOptions();
        var strategy = new Option<string>("--strategy") { Required = true };
        var command = new Command(MemoryChild.CommandName, "One strategy alone.") { strategy };
        command.Hidden = true;
        network.AddTo(command);
        command.SetAction(parsed =>
            MemoryChild.Measure(network.Apply(parsed), parsed.GetRequiredValue(strategy), output));
        return command;
    }

    private static PeakMemory[] Measure(StepSetting setting)
    {
        var readings = StrategyCase.All.Select(of => (of, Reading: MemoryChild.Run(setting, of.Title))).ToArray();
        double joint = readings.Single(entry => entry.of == StrategyCase.Joint).Reading.PeakBytes;
        return readings.Select(entry => new PeakMemory(
            entry.of.Strategy,
            entry.of.Phase,
            setting.Encoders,
            setting.Modalities,
            setting.Batch,
            setting.Device,
            entry.Reading.PeakBytes / Mebi,
            entry.Reading.PeakBytes / joint,
            entry.Reading.ParameterBytes / Mebi)).ToArray();
    }

    private static StepSetting Supported(StepSetting setting)
    {
        if (setting.Device == DeviceType.CUDA)
        {
            throw new BadInputException(
                "--device must be cpu for memory: TorchSharp does not say what a CUDA device has in use.");
        }

        return ProcessMemory.IsKnown
            ? setting
            : throw new BadInputException("memory needs Linux, whose /proc/self/status tells a process its peak.");
    }

    private static string Text(double number) => number.ToString("F1", CultureInfo.InvariantCulture);
}
