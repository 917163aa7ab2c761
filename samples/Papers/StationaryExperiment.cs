using AudioVisualDigits.Experiments;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MMPareto, Table 9, and the cosines of Figures 1 and 4: how many steps were in conflict, and how many at a stationary point,
/// at each encoder. The embedded digits.</summary>
internal static class StationaryExperiment
{
    private static readonly string[] Fusions = ["late", "concat"];

    /// <summary>Trains MMPareto with every fusion and seed.</summary>
    public static ResultTable Run(RunRequest request) => new(
        [
            "steps",
            .. DigitModel.Modalities.SelectMany(modality => new[]
            {
                $"{modality}: mean cosine", $"{modality}: in conflict", $"{modality}: stationary",
            }),
        ],
        [
            .. Fusions.Select(fusion =>
            {
                var digits = new TrainedDigits(request, fusion);
                return ResultRow.Mean($"mmpareto, {fusion}", request.Seeds, seed => Count(digits, seed));
            }),
        ]);

    private static double[] Count(TrainedDigits digits, int seed)
    {
        using var scope = NewDisposeScope();
        var counter = new Counter();
        digits.Train(digits.Data(seed), StrategyRegistry.MMPareto, seed, teachers: null, counter).Dispose();
        return
        [
            counter.Cosines.Count,
            .. DigitModel.Modalities.SelectMany((_, m) => new[]
            {
                counter.Cosines.Average(ofStep => ofStep[m]),
                counter.Cosines.Count(ofStep => ofStep[m] < 0),
                counter.Stationary.Count(ofStep => ofStep[m] == 1),
            }),
        ];
    }

    private sealed class Counter : TrainingCallback
    {
        public List<IReadOnlyList<double>> Cosines { get; } = [];

        public List<IReadOnlyList<double>> Stationary { get; } = [];

        public override void OnStep(TrainingStep step, StepReport report)
        {
            Cosines.Add(report["cosine"]);
            Stationary.Add(report["stationary"]);
        }
    }
}
