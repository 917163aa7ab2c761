using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>kill: trainings that are killed at random moments and resumed, against one that is not.</summary>
internal static class KillCommand
{
    private const string ChildName = "training-in";
    private const int Epochs = 8;
    private const int StepsPerEpoch = 25;
    private const int StepsBetweenCheckpoints = 5;

    // Less than a training with the presets takes, so that most are killed in it.
    private const double LongestSeconds = 1.5;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var kills = Choices.Number("--kills", "Trainings to kill.", 20, 1, 10_000);
        var command = new Command(
            "kill", $"Kills trainings with a checkpoint every {StepsBetweenCheckpoints} steps, and resumes them.") { kills };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            var trials = Run(setting, parsed.GetValue(kills)).ToArray();
            foreach (var trial in trials)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{trial.Strategy,-16} killed after {trial.KilledAfterSeconds:F2} s, resumed after step {trial.ResumedAfterStep}, "
                    + $"{(trial.IsIdentical ? "identical" : "DIFFERENT")}"));
            }

            output.WriteLine($"{trials.Count(trial => trial.IsIdentical)} of {trials.Length} ended bit for bit as the undisturbed one.");
            json?.Write(trials);
        });
        return command;
    }

    /// <summary>What <see cref="Create"/> starts: trains, or goes on, and writes the step it began at and a digest.
    /// </summary>
    public static Command CreateChild(TextWriter output)
    {
        var network = new NetworkOptions();
        var folder = new Option<string>("--folder") { Required = true };
        var strategy = new Option<string>("--strategy") { Required = true };
        var command = new Command(ChildName, "One training.") { folder, strategy };
        command.Hidden = true;
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            string place = parsed.GetRequiredValue(folder);
            using var run = new LoopRun(network.Apply(parsed), StepsPerEpoch);
            long? start = null;
            run.Train(
                StrategyCase.Of(parsed.GetRequiredValue(strategy)),
                Epochs,
                validate: true,
                Checkpoint.FindNewest(place),
                new StepHook(at => start ??= at.Step - 1),
                new CheckpointWriter(place, new CheckpointOptions { EverySteps = StepsBetweenCheckpoints }));
            output.WriteLine($"{start} {Digest(run.Model)}");
        });
        return command;
    }

    /// <summary>The strategies take turns.</summary>
    private static IEnumerable<KillTrial> Run(StepSetting setting, int kills)
    {
        using var scratch = new ScratchFolder();
        var chance = new Random(1);
        var whole = new Dictionary<string, string>();
        for (int i = 0; i < kills; i++)
        {
            string strategy = StrategyCase.All[i % StrategyCase.All.Count].Title;
            if (!whole.TryGetValue(strategy, out string? digest))
            {
                digest = Finish(Start(setting, strategy, Path.Combine(scratch.Path, strategy)))[1];
                whole.Add(strategy, digest);
            }

            string folder = Path.Combine(scratch.Path, $"killed{i}");
            double delay = Kill(Start(setting, strategy, folder), folder, chance);
            string[] resumed = Finish(Start(setting, strategy, folder));
            long? step = long.TryParse(resumed[0], CultureInfo.InvariantCulture, out long at) ? at : null;
            yield return new KillTrial(strategy, delay, step, resumed[1] == digest);
        }
    }

    /// <summary>Kills a training at a random moment after its first checkpoint.</summary>
    private static double Kill(Process process, string folder, Random chance)
    {
        using (process)
        {
            while (Checkpoint.FindNewest(folder) is null && !process.HasExited)
            {
                Thread.Sleep(5);
            }

            double delay = chance.NextDouble() * LongestSeconds;
            process.WaitForExit(TimeSpan.FromSeconds(delay));
            process.Kill();
            process.WaitForExit();
            return delay;
        }
    }

    private static string[] Finish(Process process)
    {
        using (process)
        {
            string result = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? result.TrimEnd('\n').Split(' ')
                : throw new BadInputException($"A training ended with code {process.ExitCode}.");
        }
    }

    private static Process Start(StepSetting setting, string strategy, string folder)
    {
        string program = Path.ChangeExtension(typeof(KillCommand).Assembly.Location, null);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true };
        string[] arguments = [ChildName, "--folder", folder, "--strategy", strategy, .. NetworkOptions.Arguments(setting)];
        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start)!;
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

/// <summary>One killed training.</summary>
/// <param name="Strategy">What it learnt by.</param>
/// <param name="KilledAfterSeconds">Since its first checkpoint.</param>
/// <param name="ResumedAfterStep">Where it went on; null if it had just ended.</param>
/// <param name="IsIdentical">Whether it ended bit for bit as the undisturbed one.</param>
internal sealed record KillTrial(string Strategy, double KilledAfterSeconds, long? ResumedAfterStep, bool IsIdentical);
