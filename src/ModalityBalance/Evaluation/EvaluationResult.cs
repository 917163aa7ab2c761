using System.Globalization;
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

    /// <summary>The result as a line for people: the fused scores, then the first figure of each modality, in order.</summary>
    public override string ToString()
    {
        var own = (Unimodal ?? []).Select(scores => scores.Figures()[0]).ToArray();
        return own.Length == 0 ? $"fused: {Fused}" : string.Create(CultureInfo.InvariantCulture,
            $"fused: {Fused}; {own[0].Name.Replace('_', ' ')} of each modality: {string.Join(", ", own.Select(Value))}");

        static string Value((string Name, double Value) figure) => figure.Value.ToString("0.000", CultureInfo.InvariantCulture);
    }
}
