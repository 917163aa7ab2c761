using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ModalityBalance.Benchmarks.CommandLine;

namespace ModalityBalance.Benchmarks.Parallel;

/// <summary>data-parallel: steps of several processes on one batch, against one process on the whole of it.</summary>
internal static class DataParallelCommand
{
    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var processes = Choices.Number("--processes", "Processes of this machine.", 2, 2, 1024);
        var rounds = Choices.Number("--rounds", "Timed steps of each way.", 20, 1, 100_000);
        var command = new Command(
            "data-parallel", "Steps of several processes on parts of one batch, against one process on the whole of it.")
        {
            processes,
            rounds,
        };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            var (count, times) = (parsed.GetValue(processes), parsed.GetValue(rounds));
            var alone = Run(1, DataParallelChild.Arguments(setting, times, overlaps: true));
            var together = Run(count, DataParallelChild.Arguments(setting, times, overlaps: true));
            var inTurn = Run(count, DataParallelChild.Arguments(setting, times, overlaps: false));
            long plain = together[0].BytesSent;
            output.WriteLine($"{"strategy",-16} {"1 process",12} {count + " processes",12} {"ratio",7} {"in turn",12} {"bytes",10} {"of joint",9}");
            var rows = alone.Select((one, i) => new ParallelCost(
                one.Strategy,
                count,
                one.Milliseconds,
                together[i].Milliseconds,
                inTurn[i].Milliseconds,
                together[i].BytesSent,
                together[i].BytesSent / (double)plain)).ToArray();
            foreach (var row in rows)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{row.Strategy,-16} {row.Alone,9:F2} ms {row.Together,9:F2} ms {row.Together / row.Alone,7:F3} {row.InTurn,9:F2} ms {row.BytesSent,10} {row.BytesOfJoint,9:F3}"));
            }

            json?.Write(rows);
        });
        return command;
    }

    private static ParallelStep[] Run(int processes, string[] arguments)
    {
        using var process = Process.Start(MpiLauncher.Start(processes, arguments))!;
        string steps = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<ParallelStep[]>(steps)!
            : throw new BadInputException($"The processes that make steps ended with code {process.ExitCode}.");
    }

    /// <summary>What the steps of one strategy cost.</summary>
    /// <param name="Strategy">Its title.</param>
    /// <param name="Processes">How many.</param>
    /// <param name="Alone">Milliseconds of one process on the whole batch.</param>
    /// <param name="Together">Milliseconds of all processes on their parts.</param>
    /// <param name="InTurn">The same without sums while encoders are differentiated.</param>
    /// <param name="BytesSent">Per step and process, as counted for rings.</param>
    /// <param name="BytesOfJoint">Over those of joint training.</param>
    private sealed record ParallelCost(
        string Strategy, int Processes, double Alone, double Together, double InTurn, long BytesSent, double BytesOfJoint);
}
