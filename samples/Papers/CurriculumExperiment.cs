using AudioVisualDigits.Experiments;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace Papers;

/// <summary>I2MCL, Table 3: what the intra-modal curriculum takes for easy and for hard. The training samples of the audio-visual
/// digits, in five groups from the lowest to the highest loss early in training, before all of them are easy.</summary>
internal static class CurriculumExperiment
{
    private const int Epochs = 3;

    private static readonly string[] Groups = ["easiest fifth", "second", "third", "fourth", "hardest fifth"];

    /// <summary>Trains I2MCL with every seed and weighs its training samples.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = new TrainedDigits(request, epochs: Epochs);
        return new ResultTable(
            ["mean loss", "mean weight", "least weight"],
            new ExperimentRuns(request, "curriculum").Of(Groups, seed => Measure(request, digits, seed)));
    }

    private static double[][] Measure(RunRequest request, TrainedDigits digits, int seed)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var teachers = digits.Teachers(data, seed);
        using var strategy = (I2MCL)digits.Strategy(StrategyRegistry.I2MCL);
        using var model = digits.Train(data, strategy, seed, new OnlineTeachers(teachers, DigitData.Task));
        var samples = SampleCurriculum.Of(strategy, model, DigitData.Task, data.TrainInOrder, CPU, request.Cancellation);
        int size = (samples.Count + Groups.Length - 1) / Groups.Length;
        return
        [
            .. samples.OrderBy(sample => sample.Loss).Chunk(size).Select(group => new[]
            {
                group.Average(sample => sample.Loss),
                group.Average(sample => sample.Weight),
                group.Min(sample => sample.Weight),
            }),
        ];
    }
}
