using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;

namespace ModalityBalance.Training;

/// <summary>One epoch in numbers.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Loss">Mean of the loss that the strategy minimized, over the samples of the steps that were not
/// skipped.</param>
/// <param name="Duration">Time in training steps, data included, validation not.</param>
/// <param name="SkippedSteps">Steps left out because their loss or gradient was not finite.</param>
/// <param name="Passes">Encoder passes of all steps.</param>
/// <param name="Validation">Scores on the validation data; null without any.</param>
public sealed record EpochSummary(
    int Epoch,
    double Loss,
    TimeSpan Duration,
    int SkippedSteps,
    EncoderPasses Passes,
    EvaluationResult? Validation);

/// <summary>A whole run in numbers.</summary>
/// <param name="Epochs">Every epoch, in order.</param>
/// <param name="BestEpoch">The first epoch with the highest <see cref="TrainerOptions.BestEpochScore"/> on the validation
/// data; <see langword="null"/> without validation.</param>
/// <param name="Warnings">What is remarkable about the run, in sentences: what the strategy says of it, steps that were
/// skipped, parameters that the optimizer leaves out.</param>
/// <param name="StopReason">Why training ended before its last epoch; null if it did not.</param>
public sealed record TrainingResult(
    IReadOnlyList<EpochSummary> Epochs, int? BestEpoch, IReadOnlyList<string> Warnings, string? StopReason);
