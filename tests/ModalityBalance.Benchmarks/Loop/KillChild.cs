using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Parallel;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Distributed;
using ModalityBalance.Models;
using ModalityBalance.Mpi;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>One training in a process of its own: trains, or goes on, and writes the step it began at and a digest.
/// </summary>
internal static class KillChild
{
    public const int StepsBetweenCheckpoints = 5;

    private const string CommandName = "training-in";
    private const int Epochs = 8;
    private const int StepsPerEpoch = 25;
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(60);

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var folder = new Option<string>("--folder") { Required = true };
        var strategy = new Option<string>("--strategy") { Required = true };
        var command = new Command(CommandName, "One training.") { folder, strategy };
        command.Hidden = true;
        network.AddTo(command);
        command.SetAction(parsed => Train(
            StrategyCase.Of(parsed.GetRequiredValue(strategy)),
            network.Apply(parsed),
            parsed.GetRequiredValue(folder),
            output));
        return command;
    }

    /// <summary>In the parent: starts the child, or several that train together.</summary>
    public static Process Start(StepSetting setting, string strategy, string folder, int processes) =>
        Process.Start(MpiLauncher.Start(
            processes, [CommandName, "--folder", folder, "--strategy", strategy, .. NetworkOptions.Arguments(setting)]))!;

    /// <summary>In the parent: ends one of the children as the system would.</summary>
    public static void Kill(string folder, int rank)
    {
        int id = int.Parse(File.ReadAllText(IdFile(folder, rank)), CultureInfo.InvariantCulture);
        using var child = Process.GetProcessById(id);
        child.Kill();
    }

    private static string IdFile(string folder, int rank) => $"{folder}.{rank}.id";

    private static void Train(StrategyCase of, StepSetting setting, string folder, TextWriter output)
    {
        using var group = MpiProcessGroup.IsLaunched ? MpiProcessGroup.Start(TimeLimit) : null;
        var processes = group ?? ProcessGroup.SingleProcess;
        File.WriteAllText(IdFile(folder, processes.Rank), $"{Environment.ProcessId}");
        processes.WaitForAll();
        using var run = new LoopRun(setting, StepsPerEpoch) { Processes = processes };
        long? start = null;
        run.Train(
            of,
            Epochs,
            validate: true,
            Checkpoint.FindNewest(folder),
            new StepHook(at => start ??= at.Step - 1),
            new CheckpointWriter(folder, new CheckpointOptions { EverySteps = StepsBetweenCheckpoints }));
        if (processes.Rank == 0)
        {
            output.WriteLine($"{start} {Digest(run.Model)}");
        }
    }

    private static string Digest(MultimodalModel model)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in model.state_dict().Values)
        {
            hash.AppendData(value.cpu().bytes);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
