using System.Globalization;
using AudioVisualDigits.Results;

namespace AudioVisualDigits.Experiments;

/// <summary>A run's curves so far as named numbers, for its checkpoints: <c>step 12 FIGURE</c>, <c>epoch 3 fused</c> and
/// <c>epoch 3 head 0</c>, NaN for a prediction that nothing trains.</summary>
internal static class CurveState
{
    private const string Step = "step";
    private const string Epoch = "epoch";
    private const string Fused = "fused";

    public static Dictionary<string, double> Write(
        IReadOnlyDictionary<long, IReadOnlyList<(string Name, double Value)>> figures,
        IReadOnlyDictionary<int, EpochScores> scores)
    {
        var steps = figures.SelectMany(row => row.Value.Select(figure => ($"{Step} {row.Key} {figure.Name}", figure.Value)));
        var epochs = scores.SelectMany(epoch => epoch.Value.Heads
            .Select((score, m) => ($"{Epoch} {epoch.Key} head {m}", score ?? double.NaN))
            .Prepend(($"{Epoch} {epoch.Key} {Fused}", epoch.Value.Fused ?? double.NaN)));
        return steps.Concat(epochs).ToDictionary(entry => entry.Item1, entry => entry.Item2);
    }

    public static void Read(
        IReadOnlyDictionary<string, double> state,
        IDictionary<long, IReadOnlyList<(string Name, double Value)>> figures,
        IDictionary<int, EpochScores> scores)
    {
        var entries = state.Select(entry => (Parts: entry.Key.Split(' ', 3), entry.Value)).ToLookup(
            entry => (Kind: entry.Parts[0], Position: long.Parse(entry.Parts[1], CultureInfo.InvariantCulture)),
            entry => (Name: entry.Parts[2], entry.Value));
        foreach (var entry in entries.Where(entry => entry.Key.Kind == Step))
            figures[entry.Key.Position] = [.. entry];
        foreach (var entry in entries.Where(entry => entry.Key.Kind == Epoch))
        {
            scores[(int)entry.Key.Position] = new EpochScores(
                Score(entry.Single(score => score.Name == Fused).Value),
                [.. entry.Where(score => score.Name != Fused).Select(score => Score(score.Value))]);
        }
    }

    private static double? Score(double value) => double.IsNaN(value) ? null : value;
}
