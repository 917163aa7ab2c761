using System.Globalization;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;

namespace ModalityBalance.Training;

/// <summary>The results of one epoch.</summary>
/// <param name="Epoch">The number of the epoch, from 0.</param>
/// <param name="Loss">The mean of the loss that the strategy minimized over the samples of all steps that were not skipped.
/// </param>
/// <param name="Duration">The time of the training steps, including loading data and excluding validation.</param>
/// <param name="SkippedSteps">The number of steps skipped because a loss, gradient or buffer was not finite.</param>
/// <param name="Passes">The encoder passes of all steps, and of what the strategy did between them.</param>
/// <param name="Validation">The scores on the validation data, or <see langword="null"/> without validation data.</param>
public sealed record EpochSummary(
    int Epoch,
    double Loss,
    TimeSpan Duration,
    int SkippedSteps,
    EncoderPasses Passes,
    EvaluationResult? Validation);

/// <summary>The results of a training run.</summary>
/// <param name="Epochs">The results of each epoch, in order.</param>
/// <param name="BestEpoch">The first epoch with the highest <see cref="TrainerOptions.BestEpochScore"/> on the validation
/// data; <see langword="null"/> without validation.</param>
/// <param name="Warnings">Sentences that the user should read: the strategy's warnings, skipped steps, and parameters that the
/// optimizer leaves out.</param>
/// <param name="StopReason">The reason why training ended early, or <see langword="null"/> if it did not.</param>
public sealed record TrainingResult(
    IReadOnlyList<EpochSummary> Epochs, int? BestEpoch, IReadOnlyList<string> Warnings, string? StopReason)
{
    /// <summary>Returns a line with the number of epochs, the last loss and the best epoch, and a line per warning.</summary>
    public override string ToString()
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Epochs.Count} epochs, loss {Epochs[^1].Loss:0.000} in the last");
        string best = BestEpoch is { } epoch ? $"; best epoch {epoch}, {Epochs[epoch].Validation}" : "";
        return string.Join(Environment.NewLine, [line + best + (StopReason is null ? "" : $"; {StopReason}"), .. Warnings]);
    }
}
