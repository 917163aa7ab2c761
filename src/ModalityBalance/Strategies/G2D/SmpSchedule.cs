namespace ModalityBalance.Strategies;

/// <summary>
/// Sequential modality prioritization (G2D: Rakib and Bagavathi, ICCV 2025, arXiv 2506.21514, Eq. 6-8): of M
/// modalities, the M - 1 least confident lead one phase each, the least confident first; then all learn jointly.
/// </summary>
public sealed class SmpSchedule
{
    private readonly int[] _phaseEpochs;

    /// <summary>Creates a schedule.</summary>
    /// <param name="modalities">The number M of modalities, at least 2.</param>
    /// <param name="phaseEpochs">The length of each of the M - 1 prioritized phases, in epochs, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than two modalities.</exception>
    /// <exception cref="ArgumentException">The number of phases is not M - 1, or a length is below 1.</exception>
    public SmpSchedule(int modalities, IReadOnlyList<int> phaseEpochs)
    {
        ArgumentNullException.ThrowIfNull(phaseEpochs);
        if (modalities < 2)
        {
            throw new ArgumentOutOfRangeException(
                nameof(modalities), modalities, $"modalities must be at least 2, but is {modalities}.");
        }

        if (phaseEpochs.Count != modalities - 1)
        {
            throw new ArgumentException(
                $"phaseEpochs must have {modalities - 1} lengths for {modalities} modalities, but has "
                + $"{phaseEpochs.Count}.",
                nameof(phaseEpochs));
        }

        for (var phase = 0; phase < phaseEpochs.Count; phase++)
        {
            if (phaseEpochs[phase] < 1)
            {
                throw new ArgumentException(
                    $"phaseEpochs[{phase}] must be at least 1, but is {phaseEpochs[phase]}.", nameof(phaseEpochs));
            }
        }

        Modalities = modalities;
        _phaseEpochs = [.. phaseEpochs];
    }

    /// <summary>The number M of modalities.</summary>
    public int Modalities { get; }

    /// <summary>The length of each prioritized phase, in epochs.</summary>
    public IReadOnlyList<int> PhaseEpochs => _phaseEpochs;

    /// <summary>The prioritized phase of an epoch.</summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <returns>The phase, counted from 0, or null in the joint phase.</returns>
    /// <exception cref="ArgumentOutOfRangeException">epoch is negative.</exception>
    public int? PhaseAt(int epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        var epochInPhase = epoch;
        for (var phase = 0; phase < _phaseEpochs.Length; phase++)
        {
            if (epochInPhase < _phaseEpochs[phase])
            {
                return phase;
            }

            epochInPhase -= _phaseEpochs[phase];
        }

        return null;
    }

    /// <summary>The only modality whose encoder learns in an epoch: the k-th least confident in phase k.</summary>
    /// <param name="epoch">The epoch, counted from 0.</param>
    /// <param name="confidences">The teachers' confidences, one per modality; NaN says absent.</param>
    /// <returns>The modality's index, or null in the joint phase. Of fewer present modalities than there were phases so
    /// far, the most confident; an absent one only if none is present.</returns>
    /// <exception cref="ArgumentOutOfRangeException">epoch is negative.</exception>
    /// <exception cref="ArgumentException">There is not one confidence per modality.</exception>
    public int? PrioritizedAt(int epoch, IReadOnlyList<double> confidences)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        if (confidences.Count != Modalities)
        {
            throw new ArgumentException(
                $"confidences must have one number per modality, {Modalities}, but has {confidences.Count}.",
                nameof(confidences));
        }

        int present = confidences.Count(confidence => !double.IsNaN(confidence));
        return PhaseAt(epoch) is { } phase
            ? Rank(confidences)[Math.Min(phase, Math.Max(present - 1, 0))]
            : null;
    }

    /// <summary>The modalities from the least to the most confident (Eq. 6), ties by modality order.</summary>
    /// <param name="confidences">One confidence per modality. NaN, which means absent, ranks last.</param>
    /// <returns>The modalities' indices in ascending order of confidence.</returns>
    public static int[] Rank(IReadOnlyList<double> confidences)
    {
        ArgumentNullException.ThrowIfNull(confidences);
        return [.. Enumerable.Range(0, confidences.Count)
            .OrderBy(m => double.IsNaN(confidences[m]) ? double.PositiveInfinity : confidences[m])];
    }
}
