using AudioVisualDigits.Experiments;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>I2MCL, Table 3: what the intra-modal curriculum takes for easy and for hard. The training samples of the embedded digits,
/// in five groups from the lowest to the highest loss early in training, before all of them are easy.</summary>
internal static class CurriculumExperiment
{
    private const int Epochs = 3;

    private static readonly string[] Groups = ["easiest fifth", "second", "third", "fourth", "hardest fifth"];

    /// <summary>Trains I2MCL with every seed and weighs its training samples.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = new TrainedDigits(request, epochs: Epochs);
        return new ResultTable(
            ["loss", "weight", "accuracy"],
            new ExperimentRuns(request, "curriculum").Means(Groups, seed => Measure(request, digits, seed)));
    }

    private static double[][] Measure(RunRequest request, TrainedDigits digits, int seed)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var teachers = digits.Teachers(data, seed);
        var threshold = new LastThreshold();
        using var model = digits.Train(data, StrategyRegistry.I2MCL, seed, new OnlineTeachers(teachers, DigitData.Task), threshold);
        using var noGrad = no_grad();
        var parts = Evaluator.Represent(model, data.TrainInOrder, CPU, request.Cancellation);
        var targets = parts[0].Targets;
        model.eval();
        var logits = model.Fuse([.. parts.Select(modality => modality.Representations)], null);
        var losses = DigitData.Task.LossPerSample(logits, targets);
        var weights = SelfPacedWeight.Of(losses, tensor(threshold.Value, losses.dtype));
        var order = losses.argsort();
        return
        [
            .. order.chunk(Groups.Length).Select(group => new[]
            {
                Mean(losses.index_select(0, group)),
                Mean(weights.index_select(0, group)),
                100 * Mean(logits.argmax(1).eq(targets).index_select(0, group)),
            }),
        ];
    }

    private static double Mean(Tensor values) => values.to(ScalarType.Float64).mean().item<double>();

    /// <summary>Remembers the threshold of the task's loss.</summary>
    private sealed class LastThreshold : TrainingCallback
    {
        public double Value { get; private set; }

        public override void OnStep(TrainingStep step, StepReport report) => Value = report["threshold"][0];
    }
}
