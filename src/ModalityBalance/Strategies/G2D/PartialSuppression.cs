namespace ModalityBalance.Strategies;

/// <summary>
/// The partial suppression that G2D (Rakib and Bagavathi, ICCV 2025, arXiv 2506.21514) is compared against: in a
/// prioritized phase, the gradients of the other encoders are scaled by <c>1 - tanh(ratio)</c> instead of dropped.
/// </summary>
/// <remarks>
/// The ratio is a modality's confidence over the prioritized modality's. This is the modulation of OGM-GE
/// (arXiv 2203.15332) with the teachers' confidences in place of the student's and with its factor alpha at 1;
/// for two modalities it is their ratio exactly. The ratio for more than two is a reading of this library.
/// </remarks>
internal static class PartialSuppression
{
    /// <summary>The factor on each encoder's gradient.</summary>
    /// <param name="confidences">The teachers' confidences, one per modality, at least 0; NaN says absent.</param>
    /// <param name="prioritized">The index of the prioritized modality.</param>
    /// <returns>
    /// Factors in [0, 1]: 1 for the prioritized modality and for an absent one, 1 - tanh(1) = 0.24 for one as
    /// confident as the prioritized, less for one more confident, 0 if the prioritized has confidence 0.
    /// </returns>
    /// <exception cref="ArgumentException">A confidence is negative.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such modality.</exception>
    public static double[] Coefficients(IReadOnlyList<double> confidences, int prioritized)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        if (prioritized < 0 || prioritized >= confidences.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(prioritized),
                prioritized,
                $"prioritized must be below the number of modalities, {confidences.Count}, but is {prioritized}.");
        }

        for (var m = 0; m < confidences.Count; m++)
        {
            if (confidences[m] < 0)
            {
                throw new ArgumentException(
                    $"confidences[{m}] must be at least 0, but is {confidences[m]}.", nameof(confidences));
            }
        }

        var reference = confidences[prioritized];
        return [.. confidences.Select((own, m) => m == prioritized ? 1 : Coefficient(own, reference))];
    }

    private static double Coefficient(double own, double reference)
    {
        if (double.IsNaN(own) || double.IsNaN(reference))
        {
            return 1;
        }

        return 1 - Math.Tanh(own == reference ? 1 : own / reference);
    }
}
