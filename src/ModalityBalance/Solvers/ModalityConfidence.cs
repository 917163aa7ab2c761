using static TorchSharp.torch;

namespace ModalityBalance.Solvers;

/// <summary>
/// How sure each modality's teacher is of the truth (G2D: Rakib and Bagavathi, ICCV 2025, arXiv 2506.21514,
/// Eq. 5), and the ranking of the modalities by it.
/// </summary>
public static class ModalityConfidence
{
    /// <summary>The mean probability that a teacher gives to the true class (Eq. 5).</summary>
    /// <param name="logits">The teacher's logits, [batch, classes].</param>
    /// <param name="labels">The true classes, [batch], int64, each below the number of classes.</param>
    /// <param name="present">Which samples carry the modality, [batch], bool; null if all do.</param>
    /// <returns>
    /// A 0-dimensional tensor in [0, 1] of the logits' type and device, owned by the caller's dispose scope; NaN
    /// if no sample carries the modality. No gradient flows through it.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes or types do not fit.</exception>
    public static Tensor OfClasses(Tensor logits, Tensor labels, Tensor? present = null)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        if (logits.dim() != 2 || labels.dim() != 1 || labels.shape[0] != logits.shape[0])
        {
            throw new ArgumentException(
                $"labels must be [batch] for logits [batch, classes], but they are {labels.Describe()} and "
                + $"{logits.Describe()}.",
                nameof(labels));
        }

        if (labels.dtype != ScalarType.Int64)
        {
            throw new ArgumentException($"labels must be of type Int64, but are {labels.dtype}.", nameof(labels));
        }

        RequirePresent(present, logits);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var probabilities = nn.functional.softmax(logits, 1).gather(1, labels.unsqueeze(1)).squeeze(1);
        return MeanOverPresent(probabilities, present).MoveToOuterDisposeScope();
    }

    /// <summary>The modalities from the least to the most confident, ties by modality order.</summary>
    /// <param name="confidences">One confidence per modality. NaN, which says absent, ranks last.</param>
    /// <returns>The modalities' indices in ascending order of confidence.</returns>
    public static int[] Rank(IReadOnlyList<double> confidences)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        return [.. Enumerable.Range(0, confidences.Count)
            .OrderBy(m => double.IsNaN(confidences[m]) ? double.PositiveInfinity : confidences[m])];
    }

    private static Tensor MeanOverPresent(Tensor values, Tensor? present) =>
        present is null
            ? values.mean()
            : where(present, values, zeros_like(values)).sum() / present.sum();

    private static void RequirePresent(Tensor? present, Tensor logits)
    {
        if (present is not null
            && (present.dtype != ScalarType.Bool || present.dim() != 1 || present.shape[0] != logits.shape[0]))
        {
            throw new ArgumentException(
                $"present must be Bool [{logits.shape[0]}], but is {present.dtype} {present.Describe()}.",
                nameof(present));
        }
    }
}
