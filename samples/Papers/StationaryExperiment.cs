using AudioVisualDigits.Experiments;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MMPareto, Table 9, and the cosines of Figure 1: how many steps were in conflict, and how many at a stationary point, at
/// each encoder. The audio-visual digits.</summary>
internal static class StationaryExperiment
{
    private static readonly string[] Fusions = ["late", "concat"];

    /// <summary>Trains MMPareto with every fusion and seed.</summary>
    public static ResultTable Run(RunRequest request) => new(GradientFigures.Columns, [.. Fusions.SelectMany(fusion =>
    {
        var digits = new TrainedDigits(request, fusion);
        return new ExperimentRuns(request, $"stationary-{fusion}").Of(
            [.. DigitModel.Modalities.Select(modality => $"{modality}, {fusion}")], seed => Measure(digits, seed));
    })]);

    private static double[][] Measure(TrainedDigits digits, int seed)
    {
        using var scope = NewDisposeScope();
        var figures = new GradientFigures();
        digits.Train(digits.Data(seed), StrategyRegistry.MMPareto, seed, teachers: null, figures).Dispose();
        return [.. DigitModel.Modalities.Select((_, m) => figures.Of(m))];
    }
}
