using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Memory;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Training;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>endurance: resident memory over a long training by I2MCL with logs and checkpoints.</summary>
internal static class EnduranceCommand
{
    private const int Readings = 20;
    private const int StepsPerEpoch = 100;

    // Whole epochs between readings.
    private const int Multiple = Readings * StepsPerEpoch;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var steps = Choices.Number(
            "--steps", $"Steps, a multiple of {Multiple}.", 10 * Multiple, Multiple, 5000 * Multiple, Multiple);
        var command = new Command("endurance", "Resident memory over a long training with logs and checkpoints.") { steps };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            var readings = Measure(setting, parsed.GetValue(steps));
            foreach (var reading in readings)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reading.Step,10} {reading.Mebibytes,10:F1} MiB"));
            }

            json?.Write(readings);
        });
        return command;
    }

    private static List<ResidentMemory> Measure(StepSetting setting, int steps)
    {
        using var folder = new ScratchFolder();
        using var run = new LoopRun(setting, StepsPerEpoch);
        var readings = new List<ResidentMemory>();
        run.Train(
            StrategyCase.Of("i2mcl"),
            steps / StepsPerEpoch,
            validate: true,
            resumeFrom: null,
            new CsvStepLog(Path.Combine(folder.Path, "steps.csv")),
            new TensorBoardLog(folder.Path),
            new CheckpointWriter(Path.Combine(folder.Path, "run"), new CheckpointOptions { EverySteps = 500, EveryEpochs = 10 }),
            new StepHook(at =>
            {
                if (at.Step % (steps / Readings) == 0)
                {
                    readings.Add(new ResidentMemory(at.Step, ProcessMemory.ResidentBytes / (1024.0 * 1024)));
                }
            }));
        return readings;
    }
}

/// <summary>Resident memory of the process.</summary>
/// <param name="Step">After so many steps.</param>
/// <param name="Mebibytes">So much.</param>
internal sealed record ResidentMemory(long Step, double Mebibytes);
