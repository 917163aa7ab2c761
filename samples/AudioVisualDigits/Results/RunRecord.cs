using System.Text.Json.Serialization;
using ModalityBalance.Gradients;
using ModalityBalance.Training;

namespace AudioVisualDigits.Results;

/// <summary>One trained network in numbers. Accuracies are shares of the test split; null stands for a prediction that
/// nothing trained.</summary>
/// <param name="Strategy">What it was trained by.</param>
/// <param name="Seed">The seed.</param>
/// <param name="FusedAccuracy">Accuracy of the fused prediction.</param>
/// <param name="MacroF1">Macro F1 of the fused prediction, in [0, 1].</param>
/// <param name="Modalities">What each modality learned.</param>
/// <param name="BestEpoch">The epoch, from 0, whose weights were kept; null for the last one.</param>
/// <param name="Epochs">The course of training.</param>
/// <param name="Warnings">What the strategy found remarkable, in sentences.</param>
internal sealed record RunRecord(
    string Strategy,
    int Seed,
    double? FusedAccuracy,
    double? MacroF1,
    IReadOnlyList<ModalityRecord> Modalities,
    int? BestEpoch,
    IReadOnlyList<EpochRecord> Epochs,
    IReadOnlyList<string> Warnings)
{
    /// <summary>Gets what became of the fused prediction where modalities are missing; null if nobody asked or
    /// nothing trained it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MissingRecord? Missing { get; init; }

    /// <summary>Gets what the strategy did in some steps; null if nobody asked. Traces hold all of them.</summary>
    [JsonIgnore]
    public StepRecord? Steps { get; init; }

    /// <summary>Gets the median over epochs, which a first or disturbed epoch does not move.</summary>
    public double SecondsPerEpoch => Statistic.Median([.. Epochs.Select(epoch => epoch.Seconds)]);

    /// <summary>Gets the passes of all epochs.</summary>
    public EncoderPasses EncoderPasses =>
        Epochs.Aggregate(default(EncoderPasses), (sum, epoch) => sum + epoch.Passes);
}

/// <summary>What one modality learned.</summary>
/// <param name="Name">The modality.</param>
/// <param name="HeadAccuracy">Accuracy of its own prediction; null when nothing trained its head.</param>
/// <param name="ProbeAccuracy">Accuracy of a linear probe on its representations.</param>
internal sealed record ModalityRecord(string Name, double? HeadAccuracy, double ProbeAccuracy);

/// <summary>One epoch.</summary>
/// <param name="Loss">Mean loss of its steps.</param>
/// <param name="ValidationAccuracy">Fused accuracy on the validation samples; null without.</param>
/// <param name="Seconds">Time in training steps.</param>
/// <param name="Passes">Encoder passes of its steps.</param>
internal sealed record EpochRecord(
    double Loss, double? ValidationAccuracy, double Seconds, [property: JsonIgnore] EncoderPasses Passes)
{
    /// <summary>Gets the accuracies after the epoch; null if nobody asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public EpochScores? Scores { get; init; }

    /// <summary>Keeps what is worth a record.</summary>
    public static EpochRecord Of(EpochSummary summary) =>
        new(summary.Loss, summary.Validation?.Fused.Primary, summary.Duration.TotalSeconds, summary.Passes);
}
