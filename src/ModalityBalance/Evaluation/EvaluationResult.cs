using ModalityBalance.Tasks;

namespace ModalityBalance.Evaluation;

/// <summary>How good a model is on some data.</summary>
/// <param name="Loss">Mean task loss of the fused prediction.</param>
/// <param name="Fused">Scores of the fused prediction, over all samples.</param>
/// <param name="Unimodal">Scores of each modality's own prediction, over the samples that have it; null when the model
/// has no unimodal heads.</param>
public sealed record EvaluationResult(double Loss, TaskScores Fused, IReadOnlyList<TaskScores>? Unimodal);
