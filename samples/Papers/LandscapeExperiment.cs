using System.Globalization;
using AudioVisualDigits.Experiments;
using ModalityBalance.Evaluation;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MMPareto, Figure 5: how fast the test loss rises around the weights that a strategy ends with. The
/// audio-visual digits.</summary>
internal static class LandscapeExperiment
{
    private const int Directions = 3;

    private static readonly string[] Strategies = ["joint", "uniform", "pareto", "mmpareto"];

    /// <summary>Trains every strategy with every seed, and averages the loss over seeds, directions and both sides.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = new TrainedDigits(request);
        var landscape = new LossLandscapeOptions { Radius = 0.5, Points = 9 };
        double[] distances = [.. Enumerable.Range(0, 5).Select(i => landscape.Radius * i / 4)];
        var runs = new ExperimentRuns(request, "landscape");
        return new ResultTable(
            [.. distances.Select(distance => string.Create(CultureInfo.InvariantCulture, $"loss at {distance:0.###}"))],
            [
                .. Strategies.Select(strategy => runs.Of(strategy, seed =>
                {
                    var losses = Points(request, digits, strategy, seed, landscape)
                        .ToLookup(point => Math.Round(Math.Abs(point.Steps[0]), 9), point => point.Scores.Loss);
                    return [.. distances.Select(distance => losses[Math.Round(distance, 9)].Average())];
                })),
            ])
        {
            Axes = new CurveAxes("distance from the weights, in lengths of a filter", "test loss", distances),
        };
    }

    private static LandscapePoint[] Points(
        RunRequest request, TrainedDigits digits, string strategy, int seed, LossLandscapeOptions landscape)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var model = digits.Train(data, strategy, seed);
        return [.. Enumerable.Range(0, request.IsQuick ? 1 : Directions).SelectMany(direction => LossLandscape.AlongLine(
            model, DigitData.Task, data.TestInOrder, CPU, landscape with { Seed = direction }, request.Cancellation))];
    }
}
