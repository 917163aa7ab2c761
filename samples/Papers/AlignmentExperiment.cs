using AudioVisualDigits.Experiments;
using ModalityBalance.Evaluation;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace Papers;

/// <summary>G2D, Figures 4 to 6: the gap between the modalities' representations, how much these are like their teachers', and
/// the confidence of each modality against its teacher's. The audio-visual digits.</summary>
internal static class AlignmentExperiment
{
    private static readonly string[] Strategies = ["joint", "mmpareto", "g2d"];

    /// <summary>Trains every strategy with every seed and measures it on the test split.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = new TrainedDigits(request);
        var runs = new ExperimentRuns(request, "alignment");
        return new ResultTable(
            [
                "modality gap",
                .. DigitModel.Modalities.Select(modality => $"{modality}: cosine to the teacher"),
                .. DigitModel.Modalities.Select(modality => $"{modality}: confidence over the teacher's"),
            ],
            [.. Strategies.Select(strategy => runs.Of(strategy, seed => Measure(request, digits, strategy, seed)))]);
    }

    private static double[] Measure(RunRequest request, TrainedDigits digits, string strategy, int seed)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var teachers = digits.Teachers(data, seed);
        var taught = new OnlineTeachers(teachers, DigitData.Task);
        using var model = digits.Train(data, strategy, seed, taught);
        var report = BalanceReport.Of(model, DigitData.Task, data.TestInOrder, CPU, taught, request.Cancellation);
        return
        [
            ModalityGap.Between(model, data.TestInOrder, CPU, cancellation: request.Cancellation),
            .. report.Modalities.Select(modality => modality.Alignment ?? double.NaN),
            .. report.Modalities.Select(modality => modality.ConfidenceRatio ?? double.NaN),
        ];
    }
}
