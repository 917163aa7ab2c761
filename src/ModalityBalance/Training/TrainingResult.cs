using ModalityBalance.Evaluation;

namespace ModalityBalance.Training;

/// <summary>One epoch in numbers.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Loss">Mean over the steps of the loss that the strategy minimised.</param>
/// <param name="Duration">Time in training steps, data included, validation not.</param>
/// <param name="Passes">Encoder passes of all steps.</param>
/// <param name="Validation">Scores on the validation data; null without any.</param>
public sealed record EpochSummary(
    int Epoch, double Loss, TimeSpan Duration, Strategies.EncoderPasses Passes, EvaluationResult? Validation);

/// <summary>A whole run in numbers.</summary>
/// <param name="Epochs">Every epoch, in order.</param>
/// <param name="BestEpoch">The first epoch with the highest primary score of the fused prediction on the validation
/// data; null without validation.</param>
public sealed record TrainingResult(IReadOnlyList<EpochSummary> Epochs, int? BestEpoch);
