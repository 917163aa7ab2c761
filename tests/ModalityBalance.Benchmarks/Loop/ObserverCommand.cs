using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using ModalityBalance.Training;

namespace ModalityBalance.Benchmarks.Loop;

/// <summary>observers: what logs cost, as CSV and for TensorBoard together, every 50 steps of MMPareto, which has the most
/// figures.</summary>
internal static class ObserverCommand
{
    private const int EverySteps = 50;
    private const int StepsPerEpoch = 100;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var rounds = Choices.Number("--rounds", $"Pairs of epochs of {StepsPerEpoch} steps.", 10, 1, 1000);
        var command = new Command("observers", $"An epoch with logs every {EverySteps} steps against one without.") { rounds };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            var cost = Measure(setting, parsed.GetValue(rounds));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{cost.MillisecondsWithout:F3} ms a step without logs, ratio with logs {cost.Ratio:F4}"));
            json?.Write(new[] { cost });
        });
        return command;
    }

    private static ObserverCost Measure(StepSetting setting, int rounds)
    {
        using var folder = new ScratchFolder();
        using var run = new LoopRun(setting, StepsPerEpoch);
        var without = new List<double>();
        var ratios = new List<double>();
        Epoch(null);
        for (int round = 0; round < rounds; round++)
        {
            // Which comes first changes, so that a machine that slows down does so for both.
            double first = Epoch(round % 2 == 0 ? null : $"{round}");
            double second = Epoch(round % 2 == 0 ? $"{round}" : null);
            var (plain, logged) = round % 2 == 0 ? (first, second) : (second, first);
            without.Add(plain);
            ratios.Add(logged / plain);
        }

        return new ObserverCost(setting.Encoders, setting.Modalities, setting.Batch, Median.Of(without), Median.Of(ratios));

        double Epoch(string? log)
        {
            string place = Path.Combine(folder.Path, log ?? "");
            TrainingCallback[] logs = log is null
                ? []
                : [new CsvStepLog(Path.Combine(place, "steps.csv"), EverySteps), new TensorBoardLog(place, EverySteps)];
            var epoch = run.Train(StrategyCase.Of("mmpareto"), 1, validate: false, resumeFrom: null, logs).Epochs[0];
            return epoch.Duration.TotalMilliseconds / StepsPerEpoch;
        }
    }
}

/// <summary>What logs cost; medians over the rounds.</summary>
/// <param name="Encoders">Kind of all encoders.</param>
/// <param name="Modalities">Number of encoders.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="MillisecondsWithout">Of a step without logs.</param>
/// <param name="Ratio">Of an epoch with logs to one without.</param>
internal sealed record ObserverCost(
    EncoderKind Encoders, int Modalities, int Batch, double MillisecondsWithout, double Ratio);
