using System.Text.Json;
using AudioVisualDigits.Results;

namespace Papers;

/// <summary>G2D, Figure 1: the test accuracy of the fused prediction and of each modality's own after every epoch, trained by itself,
/// jointly and by G2D.</summary>
internal static class LearningCurvesExperiment
{
    /// <inheritdoc cref="DigitsExperiment.Run"/>
    public static ResultTable Run(RunRequest request)
    {
        using var results = DigitsExperiment.Compare(request, "unimodal,joint,g2d", "--report");
        return EpochCurves.Of(
            "accuracy in %",
            [
                .. results.RootElement.GetProperty("runs").EnumerateArray()
                    .GroupBy(run => run.GetProperty("strategy").GetString()!)
                    .SelectMany(Curves)
                    .Where(curve => curve.Values.All(value => value is not null)),
            ]);
    }

    private static IEnumerable<ResultRow> Curves(IGrouping<string, JsonElement> runs) =>
    [
        Curve(runs, $"{runs.Key}, fused", scores => scores.GetProperty("fused")),
        .. runs.First().GetProperty("modalities").EnumerateArray().Select((modality, m) => Curve(
            runs,
            $"{runs.Key}, {modality.GetProperty("name").GetString()} head", scores => scores.GetProperty("heads")[m])),
    ];

    private static ResultRow Curve(IGrouping<string, JsonElement> runs, string name, Func<JsonElement, JsonElement> prediction)
    {
        double?[][] curves =
        [
            .. runs.Select(run => run.GetProperty("epochs").EnumerateArray()
                .Select(epoch => prediction(epoch.GetProperty("scores")) is { ValueKind: JsonValueKind.Number } accuracy
                    ? 100 * accuracy.GetDouble()
                    : (double?)null).ToArray()),
        ];
        return new ResultRow(name, [.. curves[0].Select((_, epoch) => Statistic.OfAll([.. curves.Select(curve => curve[epoch])]))]);
    }
}
