using System.Text.Json.Serialization;
using ModalityBalance.Tasks;

namespace ModalityBalance.Evaluation;

/// <summary>How good a model is on some data.</summary>
/// <param name="Fused">Scores of the fused prediction, over all samples.</param>
/// <param name="Unimodal">Scores of each modality's own prediction, over the samples that have it; null when the model
/// has no unimodal heads.</param>
public sealed record EvaluationResult(TaskScores Fused, IReadOnlyList<TaskScores>? Unimodal)
{
    /// <summary>The mean task loss of the fused prediction.</summary>
    [JsonIgnore]
    public double Loss => Fused.Loss;

    /// <summary>The result as a line for people: the fused scores, then those of each modality, in order.</summary>
    public override string ToString() => Unimodal is null
        ? $"fused: {Fused}"
        : $"fused: {Fused}; {string.Join("; ", Unimodal.Select((scores, m) => $"modality {m}: {scores}"))}";
}
