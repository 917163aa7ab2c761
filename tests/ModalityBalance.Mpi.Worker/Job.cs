using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Tests.Contract;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Mpi.Worker;

/// <summary>What one process of a test does: <c>FOLDER MODALITIES STRATEGY... [key=value...]</c> trains toy networks by each
/// strategy and writes the parameters, as doubles, to <c>FOLDER/STRATEGY.RANK</c>. With <c>fault</c>, process 1
/// misbehaves.</summary>
internal static class Job
{
    // A multiple of 2 and 3, the numbers of modalities; 4 steps each.
    private const int Epochs = 12;
    private const int Samples = 53;
    private const int BatchSize = 16;

    /// <returns>0, or 2 after a sentence on standard error.</returns>
    public static int Run(string[] args)
    {
        set_num_threads(1);
        var settings = args.Where(arg => arg.Contains('=', StringComparison.Ordinal)).Select(arg => arg.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1]);
        string[] rest = [.. args.Where(arg => !arg.Contains('=', StringComparison.Ordinal))];
        try
        {
            double seconds = double.Parse(settings.GetValueOrDefault("limit", "60"), CultureInfo.InvariantCulture);
            using var processes = MpiProcessGroup.Start(TimeSpan.FromSeconds(seconds));
            return RunIn(processes, rest[0], int.Parse(rest[1], CultureInfo.InvariantCulture), rest[2..], settings);
        }
        catch (PlatformNotSupportedException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
    }

    private static int RunIn(
        MpiProcessGroup processes, string folder, int modalities, string[] strategies, Dictionary<string, string> settings)
    {
        try
        {
            foreach (string strategy in strategies)
            {
                Train(processes, folder, modalities, strategy, settings);
            }

            return 0;
        }
        catch (TimeoutException e)
        {
            // The others may hang: they end with this process.
            Console.Error.WriteLine(e.Message);
            processes.Abort(2);
            return 2;
        }
        catch (ArgumentException e)
        {
            // All processes have found the same.
            if (processes.Rank == 0)
            {
                Console.Error.WriteLine(e.Message);
            }

            return 2;
        }
    }

    private static void Train(
        ProcessGroup processes, string folder, int modalities, string name, Dictionary<string, string> settings)
    {
        using var scope = NewDisposeScope();
        bool isFaulty = processes.Rank == processes.Size - 1;
        string fault = settings.GetValueOrDefault("fault", "none");
        using var model = Toy.Model(
            modalities,
            StrategyTable.Fusion(name, modalities == 2 ? "late" : "concat"),
            dropout: settings.ContainsKey("dropout"));
        model.to(ScalarType.Float64);
        using var strategy = (IDisposable)StrategyTable.Make(name, modalities);
        var data = Toy.DataWithGaps(modalities, Samples);
        List<TrainingCallback> callbacks = [];
        if (settings.TryGetValue("checkpoints", out string? checkpoints))
        {
            callbacks.Add(new CheckpointWriter(checkpoints, new CheckpointOptions { EverySteps = 3 }));
        }

        if (isFaulty && fault is "die" or "hang")
        {
            callbacks.Add(new Misbehaving(fault, int.Parse(settings["step"], CultureInfo.InvariantCulture)));
        }

        var options = Toy.Options(Epochs) with
        {
            Teachers = new ToyTeachers(modalities),
            Optimizer = network => StrategyTable.Optimizer(
                (Strategies.IGradientStrategy)strategy, network, isFaulty && fault == "rate" ? 0.03 : 0.02, momentum: 0.9),
            Processes = processes,
            Seed = 11,
            Callbacks = callbacks,
            ResumeFrom = settings.ContainsKey("resume") && checkpoints is not null ? Checkpoint.FindNewest(checkpoints) : null,
        };
        new Trainer(model, Toy.Task, (Strategies.IGradientStrategy)strategy, options)
            .Fit(data.Shuffled(isFaulty && fault == "batch" ? BatchSize / 2 : BatchSize, 3), data.InOrder(32));
        double[] parameters = [.. model.parameters().SelectMany(parameter => parameter.flatten().data<double>().ToArray())];
        File.WriteAllBytes(Path.Combine(folder, $"{name}.{processes.Rank}"), [.. parameters.SelectMany(BitConverter.GetBytes)]);
    }

    /// <summary>Ends its process like a kill, or hangs, before a step.</summary>
    private sealed class Misbehaving(string fault, int step) : TrainingCallback
    {
        public override bool RunsInEveryProcess => true;

        public override void OnStepStart(MultimodalBatch batch, Teachers.TeacherOutputs? teachers)
        {
            if (Run.Step == step)
            {
                if (fault == "die")
                {
                    System.Diagnostics.Process.GetCurrentProcess().Kill();
                }

                Thread.Sleep(Timeout.Infinite);
            }
        }
    }
}
