namespace ModalityBalance.Strategies;

/// <summary>The ranking of the modalities by how sure their teachers are of the truth (G2D: Rakib and Bagavathi, ICCV
/// 2025, arXiv 2506.21514, Eq. 6).</summary>
public static class ModalityConfidence
{
    /// <summary>The modalities from the least to the most confident, ties by modality order.</summary>
    /// <param name="confidences">One confidence per modality. NaN, which says absent, ranks last.</param>
    /// <returns>The modalities' indices in ascending order of confidence.</returns>
    public static int[] Rank(IReadOnlyList<double> confidences)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        return [.. Enumerable.Range(0, confidences.Count)
            .OrderBy(m => double.IsNaN(confidences[m]) ? double.PositiveInfinity : confidences[m])];
    }
}
