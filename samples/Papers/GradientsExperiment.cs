using AudioVisualDigits.Experiments;
using ModalityBalance.Evaluation;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MMPareto, Figure 1: the cosine, the lengths and the covariances of the fused and the unimodal gradient at each encoder over
/// the batches of an epoch, after training, beside the accuracy. The audio-visual digits.</summary>
internal static class GradientsExperiment
{
    private static readonly string[] Strategies = ["joint", "uniform", "pareto", "mmpareto"];
    private static readonly string[] Figures = ["cosine", "fused length", "own length", "ratio of covariances"];

    /// <summary>Trains every strategy with every seed and measures it on the training split.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = new TrainedDigits(request);
        var runs = new ExperimentRuns(request, "gradients");
        return new ResultTable(
            ["fused accuracy", .. DigitModel.Modalities.SelectMany(modality => Figures.Select(figure => $"{modality}: {figure}"))],
            [.. Strategies.Select(strategy => runs.Of(strategy, seed => Measure(request, digits, strategy, seed)))]);
    }

    private static double[] Measure(RunRequest request, TrainedDigits digits, string strategy, int seed)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var model = digits.Train(data, strategy, seed);
        var gradients = GradientStatistics.Measure(
            model, DigitData.Task, data.Train.Shuffled(Recipe.BatchSize, seed), CPU, request.Cancellation);
        return
        [
            100 * Evaluator.Evaluate(model, DigitData.Task, data.TestInOrder, CPU, request.Cancellation).Fused.Primary,
            .. gradients.SelectMany(encoder => new[]
            {
                encoder!.Cosines.Average(), encoder.FusedNorms.Average(), encoder.OwnNorms.Average(), encoder.CovarianceRatio,
            }),
        ];
    }
}
