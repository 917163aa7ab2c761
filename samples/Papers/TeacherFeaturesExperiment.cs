using AudioVisualDigits.Data;
using AudioVisualDigits.Experiments;
using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace Papers;

/// <summary>I2MCL, Table 8: a fusion on the frozen features of the teachers, against learning from the teachers. The
/// audio-visual digits.</summary>
internal static class TeacherFeaturesExperiment
{
    /// <summary>Trains every method with every seed.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = new TrainedDigits(request, "concat");
        var runs = new ExperimentRuns(request, "teacher-features");
        return new ResultTable(["fused"],
        [
            runs.Of("teachers' features", seed => OnFeatures(request, digits, seed)),
            .. new[] { "umt", "i2mcl" }.Select(strategy =>
                runs.Of(strategy, seed => FromTeachers(request, digits, strategy, seed))),
        ]);
    }

    private static double[] OnFeatures(RunRequest request, TrainedDigits digits, int seed)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var teachers = digits.Teachers(data, seed);
        var (train, test) = (Features(data.TrainInOrder), Features(data.TestInOrder));
        random.manual_seed((1000L * seed) + 500);
        using var model = new MultimodalModel(
            [.. DigitModel.Modalities.Select(modality => new ModalityEncoder(modality, nn.Identity()) { Width = DigitModel.Width })],
            widths => new ConcatFusion(widths, AudioVisualDigitSet.Classes));
        using var strategy = new JointTraining();
        digits.Fit(model, strategy, train, seed);
        return [Accuracy(model, test.InOrder((int)test.Count), request.Cancellation)];

        MultimodalDataset Features(IBatchSource source)
        {
            var modalities = Evaluator.Represent(teachers, source, CPU, request.Cancellation);
            return new MultimodalDataset(
                [.. modalities.Select(modality => (ModalityInput)modality.Representations)], modalities[0].Targets, DigitData.Task);
        }
    }

    private static double[] FromTeachers(RunRequest request, TrainedDigits digits, string strategy, int seed)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var teachers = digits.Teachers(data, seed);
        using var model = digits.Train(data, strategy, seed, new OnlineTeachers(teachers, DigitData.Task));
        return [Accuracy(model, data.TestInOrder, request.Cancellation)];
    }

    private static double Accuracy(IMultimodalModel model, IBatchSource test, CancellationToken cancellation) =>
        100 * Evaluator.Evaluate(model, DigitData.Task, test, CPU, cancellation).Fused.Primary;
}
