using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>kill: trainings that are killed at random moments and resumed, against one that is not.</summary>
internal static class KillCommand
{
    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var kills = Choices.Number("--kills", "Trainings to kill.", 20, 1, 10_000);
        var processes = Choices.Number("--processes", "Processes that train together, of which one is killed.", 1, 1, 64);
        var command = new Command(
            "kill",
            $"Kills trainings with a checkpoint every {KillChild.StepsBetweenCheckpoints} steps, and resumes them.")
        {
            kills,
            processes,
        };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            using var trials = new KillTrials(setting, parsed.GetValue(processes));
            var results = trials.Run(parsed.GetValue(kills)).ToArray();
            Write(output, results);
            json?.Write(results);
        });
        return command;
    }

    internal static void Write(TextWriter output, IReadOnlyList<KillTrial> trials)
    {
        foreach (var trial in trials)
        {
            string end = trial.KilledAfterSeconds is { } seconds
                ? string.Create(CultureInfo.InvariantCulture, $"killed after {seconds:F2} s")
                : "ended by itself";
            string resumed = trial.ResumedAfterStep is { } step ? $"resumed after step {step}" : "nothing left to resume";
            output.WriteLine($"{trial.Strategy,-16} {end}, {resumed}, {(trial.IsIdentical ? "identical" : "DIFFERENT")}");
        }

        output.WriteLine(
            $"{trials.Count(trial => trial.KilledAfterSeconds is not null)} of {trials.Count} were killed, "
            + $"{trials.Count(trial => trial.IsIdentical)} ended bit for bit as the undisturbed one.");
    }
}
