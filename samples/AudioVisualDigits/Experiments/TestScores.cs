using AudioVisualDigits.Results;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>What a trained network is worth on the test split.</summary>
/// <param name="Loss">Mean loss of the fused prediction, trained or not.</param>
/// <param name="Accuracy">Accuracy of the fused prediction; null when nothing trained it.</param>
/// <param name="MacroF1">Macro F1 of the fused prediction; null when nothing trained it.</param>
/// <param name="Modalities">What each modality learned.</param>
internal sealed record TestScores(
    double Loss, double? Accuracy, double? MacroF1, IReadOnlyList<ModalityRecord> Modalities)
{
    /// <summary>Scores a network.</summary>
    /// <param name="model">The network.</param>
    /// <param name="data">The test split, and the training split for the probes.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="trained">Which predictions learned.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    public static TestScores Of(
        MultimodalModel model,
        DigitData data,
        Device device,
        TrainedPredictions trained,
        CancellationToken cancellation)
    {
        var result = Evaluator.Evaluate(model, DigitData.Task, data.TestInOrder, device, cancellation);
        if (!double.IsFinite(result.Loss))
            return new TestScores(result.Loss, null, null, []);
        var probes = ModalityProbes.Accuracies(
            model, DigitData.Task, data.TrainInOrder, data.TestInOrder, device, cancellation);
        var fused = (ClassificationScores)result.Fused;
        return new TestScores(
            result.Loss,
            trained.Fused ? fused.Accuracy : null,
            trained.Fused ? fused.MacroF1 : null,
            [.. model.Modalities.Select((name, m) => new ModalityRecord(
                name, trained.Heads ? result.Unimodal![m].Primary : null, probes[m]))]);
    }
}

/// <summary>Which of a network's predictions some loss trains.</summary>
/// <param name="Fused">Whether the fused one learns.</param>
/// <param name="Heads">Whether the modalities' own learn.</param>
internal readonly record struct TrainedPredictions(bool Fused, bool Heads);
