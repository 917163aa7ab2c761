using AudioVisualDigits.Experiments;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace Papers;

/// <summary>G2D, Figure 3: how confident each unimodal teacher is on the batches of G2D's training. The audio-visual digits.</summary>
internal static class ConfidenceExperiment
{
    /// <summary>Trains G2D with every seed.</summary>
    public static ResultTable Run(RunRequest request)
    {
        var digits = new TrainedDigits(request);
        return EpochCurves.Of("mean confidence of the teacher", new ExperimentRuns(request, "confidence").Of(DigitModel.Modalities, seed =>
        {
            using var scope = NewDisposeScope();
            var data = digits.Data(seed);
            using var teachers = digits.Teachers(data, seed);
            var means = new EpochMeans(report => report["confidence"]);
            digits.Train(data, StrategyRegistry.G2D, seed, new OnlineTeachers(teachers, DigitData.Task), means).Dispose();
            return means.ByFigure;
        }));
    }
}
