using System.CommandLine;
using System.Globalization;
using ModalityBalance.Benchmarks.CommandLine;

namespace ModalityBalance.Benchmarks.Scaling;

/// <summary>scaling: how a step's cost follows the number of modalities, the batch, the parameters and the data set.
/// </summary>
internal static class ScalingCommand
{
    private const int MostRounds = 10_000;

    public static Command Create(TextWriter output)
    {
        var machine = new MachineOptions();
        var rounds = Choices.Number("--rounds", "Timed steps of each way.", 10, 1, MostRounds);
        var command = new Command("scaling", "A step's cost over modalities, batch, parameters and data.") { rounds };
        machine.AddTo(command);
        command.SetAction(parsed =>
        {
            var device = machine.Apply(parsed);
            var json = machine.File(parsed);
            var result = Measure(new ScalingSeries(device, parsed.GetValue(rounds), ScalingValues.All), output);
            json?.Write(result);
        });
        return command;
    }

    /// <summary>Measures and writes a table.</summary>
    internal static ScalingResult Measure(ScalingSeries series, TextWriter output)
    {
        var points = series.Run().ToArray();
        var result = new ScalingResult(points, Fits(points));
        Write(output, result);
        return result;
    }

    private static ModalityFit[] Fits(IEnumerable<ScalingPoint> points) => points
        .Where(point => point.Quantity == ScaledQuantity.Modalities)
        .GroupBy(point => (point.Strategy, point.Phase))
        .Select(group => new ModalityFit(
            group.Key.Strategy,
            group.Key.Phase,
            LinearFit.Of(group.Select(point => ((double)point.Value, point.Milliseconds)).ToArray())))
        .ToArray();

    private static void Write(TextWriter output, ScalingResult result)
    {
        foreach (var series in result.Points.GroupBy(point => point.Quantity))
        {
            long[] values = [.. series.Select(point => point.Value).Distinct()];
            output.WriteLine($"{series.Key,-25}{string.Concat(values.Select(value => $"{value,12}"))}");
            foreach (var row in series.GroupBy(point => (point.Strategy, point.Phase)))
            {
                output.WriteLine($"{row.Key.Strategy,-12} {row.Key.Phase,-12}"
                    + string.Concat(row.Select(point => Text($"{point.Milliseconds,9:F2} ms"))));
            }
        }

        foreach (var (strategy, phase, fit) in result.Fits)
        {
            output.WriteLine(Text(
                $"{strategy,-12} {phase,-12} {fit.Intercept:F2} + {fit.Slope:F2} M ms, within {fit.LargestMiss:P1}"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
