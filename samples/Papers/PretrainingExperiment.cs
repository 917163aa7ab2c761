using AudioVisualDigits.Experiments;
using ModalityBalance.Evaluation;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MMPareto, Table 1: the methods of the comparison, and joint training of encoders that were trained one by one before. The
/// audio-visual digits.</summary>
internal static class PretrainingExperiment
{
    private const string Methods = "unimodal,joint,uniform,gradient-blending,ogm-ge,cls,pmr,agm,mmpareto";

    /// <summary>Trains every method with every seed.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var compared = DigitsExperiment.Run(request, Methods);
        var digits = new TrainedDigits(request);
        var fineTuned = new ExperimentRuns(request, "pretraining").Of("pre-trained", seed => FineTuned(request, digits, seed));
        return compared with { Rows = [compared.Rows[0], fineTuned, .. compared.Rows.Skip(1)] };
    }

    private static double[] FineTuned(RunRequest request, TrainedDigits digits, int seed)
    {
        using var scope = NewDisposeScope();
        var data = digits.Data(seed);
        using var teachers = digits.Teachers(data, seed);
        using var model = digits.Build(seed);
        foreach (int modality in Enumerable.Range(0, model.Modalities.Count))
        {
            model.Encoder(modality).load_state_dict(teachers.Encoder(modality).state_dict());
        }

        using var strategy = new JointTraining();
        digits.Fit(model, strategy, data.Train, seed);
        double fused = Evaluator.Evaluate(model, DigitData.Task, data.TestInOrder, CPU, request.Cancellation).Fused.Primary;
        var probes = ModalityProbes.Accuracies(model, DigitData.Task, data.TrainInOrder, data.TestInOrder, CPU, request.Cancellation);
        return [100 * fused, .. probes.Select(accuracy => 100 * accuracy)];
    }
}
