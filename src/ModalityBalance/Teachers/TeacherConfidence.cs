using ModalityBalance.Data;

namespace ModalityBalance.Teachers;

/// <summary>Teacher confidences of samples, on the host.</summary>
internal static class TeacherConfidence
{
    /// <summary>The mean over the samples of a batch that have the modality (Rakib and Bagavathi, ICCV 2025, Eq. 5).
    /// </summary>
    /// <param name="confidences">Of every sample.</param>
    /// <param name="present">The batch's mask; null when all are there.</param>
    /// <param name="modality">Index in [0, M).</param>
    /// <returns>NaN when no sample has the modality.</returns>
    public static double Mean(IReadOnlyList<double> confidences, PresenceMask? present, int modality) =>
        confidences.Where((_, sample) => present is null || present[sample, modality])
            .DefaultIfEmpty(double.NaN).Average();
}
