using ModalityBalance.Gradients;

namespace ModalityBalance.Evaluation;

/// <summary>How the loss of the fused prediction and a modality's own loss pull at its encoder, over some batches.
/// </summary>
/// <param name="Batches">Batches that were compared, at least 1.</param>
/// <param name="MeanCosine">Mean cosine of the two gradients over all the encoder's parameters, in [-1, 1].</param>
/// <param name="ConflictShare">Share of batches with a negative cosine, in [0, 1].</param>
/// <param name="MeanFusedNorm">Mean length of the fused loss's gradient.</param>
/// <param name="MeanOwnNorm">Mean length of the own loss's gradient.</param>
public sealed record ConflictSummary(
    int Batches, double MeanCosine, double ConflictShare, double MeanFusedNorm, double MeanOwnNorm)
{
    /// <summary>Summarizes pairs of gradients, fused loss first.</summary>
    /// <param name="pairs">One per batch; null where the encoder had nothing to learn.</param>
    /// <returns>Null when there is no pair.</returns>
    internal static ConflictSummary? Of(IEnumerable<GradientPair?> pairs)
    {
        var known = pairs.OfType<GradientPair>().ToArray();
        return known.Length == 0
            ? null
            : new ConflictSummary(
                known.Length,
                known.Average(pair => pair.Cosine),
                known.Average(pair => pair.Cosine < 0 ? 1.0 : 0.0),
                known.Average(pair => pair.FirstNorm),
                known.Average(pair => pair.SecondNorm));
    }
}
