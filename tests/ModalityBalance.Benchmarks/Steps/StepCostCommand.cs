using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;

namespace ModalityBalance.Benchmarks.Steps;

/// <summary>step-cost: a step of every strategy against joint training, in one process.</summary>
internal static class StepCostCommand
{
    private const int MostRounds = 100_000;

    public static Command Create(TextWriter output)
    {
        var network = new NetworkOptions();
        var rounds = Choices.Number("--rounds", "Timed steps of each way.", 40, 1, MostRounds);
        var command = new Command("step-cost", "A step of every strategy against joint training.") { rounds };
        network.AddTo(command);
        command.SetAction(parsed =>
        {
            var setting = network.Apply(parsed);
            var json = network.Machine.File(parsed);
            using var measurement = new StepRounds(setting, parsed.GetValue(rounds));
            var costs = measurement.Run();
            foreach (var cost in costs.OrderBy(cost => cost.Ratio))
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{cost.Strategy,-12} {cost.Phase,-12} {cost.Milliseconds,10:F2} ms {cost.Ratio,8:F3}"));
            }

            json?.Write(costs);
        });
        return command;
    }
}
