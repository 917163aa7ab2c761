using System.CommandLine;
using System.Text.Json;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Distributed;
using ModalityBalance.Mpi;
using ModalityBalance.Teachers;

namespace ModalityBalance.Benchmarks.Parallel;

/// <summary>One of the processes that make steps together. The first writes what it saw.</summary>
internal static class DataParallelChild
{
    private const string CommandName = "steps-in";
    private const int WarmUpRounds = 3;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var rounds = new Option<int>("--rounds") { Required = true };
        var overlaps = new Option<bool>("--overlap");
        var command = new Command(CommandName, "Steps of several processes.") { rounds, overlaps };
        command.Hidden = true;
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            using var group = MpiProcessGroup.IsLaunched ? MpiProcessGroup.Start() : null;
            var processes = group ?? ProcessGroup.SingleProcess;
            processes.OverlapsSums = parsed.GetValue(overlaps);
            var steps = Measure(setting, processes, parsed.GetRequiredValue(rounds));
            if (processes.Rank == 0)
            {
                output.WriteLine(JsonSerializer.Serialize(steps));
            }
        });
        return command;
    }

    /// <summary>The command line of a child.</summary>
    public static string[] Arguments(StepSetting setting, int rounds, bool overlaps) =>
        [CommandName, "--rounds", $"{rounds}", "--overlap", overlaps ? "true" : "false", .. NetworkOptions.Arguments(setting)];

    private static ParallelStep[] Measure(StepSetting setting, ProcessGroup processes, int rounds)
    {
        var network = new BenchmarkNetwork(setting);
        var batch = network.Batch.PartFor(processes);
        var teachers = Part(network.Teachers, setting.Batch, processes);
        var variants = StrategyCase.All.Select(of => StepVariant.Of(network, of, () => (batch, teachers), processes)).ToArray();
        var times = variants.Select(_ => new List<double>()).ToArray();
        var clock = new StepClock(setting.Device);
        long[] bytes = new long[variants.Length];
        for (int round = -WarmUpRounds; round < rounds; round++)
        {
            foreach (var (i, variant) in variants.Index())
            {
                processes.WaitForAll();
                long before = processes.BytesSent;
                clock.Start();
                variant.Step();
                double milliseconds = clock.Stop();
                bytes[i] = processes.BytesSent - before;
                if (round >= 0)
                {
                    times[i].Add(milliseconds);
                }
            }
        }

        foreach (var variant in variants)
        {
            variant.Dispose();
        }

        return [.. StrategyCase.All.Select((of, i) => new ParallelStep(of.Title, Median.Of(times[i]), bytes[i]))];
    }

    private static TeacherOutputs Part(TeacherOutputs whole, long size, ProcessGroup processes)
    {
        long first = size * processes.Rank / processes.Size;
        long count = (size * (processes.Rank + 1) / processes.Size) - first;
        return new TeacherOutputs(
            [.. whole.Representations.Select(rows => rows.narrow(0, first, count))],
            [.. whole.Logits.Select(rows => rows.narrow(0, first, count))],
            whole.Confidences);
    }
}
