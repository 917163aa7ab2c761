namespace ModalityBalance.Evaluation;

/// <summary>How modalities go missing at random.</summary>
public sealed record MissingModalitiesOptions
{
    /// <summary>Probabilities with which each sample loses each of its modalities, independently, in [0, 1]; 0 to 0.6
    /// in steps of 0.1 by default, as in G2D's Table 11. A sample never loses its last modality: one that would keeps the
    /// one whose random number is the highest. What is missing at one rate is missing at every higher one.</summary>
    public IReadOnlyList<double> Rates { get; init; } = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6];

    /// <summary>Seed of the random numbers, one per sample and modality in the order of the data, whatever the batch
    /// size; 0 by default.</summary>
    public int Seed { get; init; }

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Rates);
        foreach (var (i, rate) in Rates.Index())
        {
            if (!(rate >= 0 && rate <= 1))
            {
                throw new ArgumentOutOfRangeException(nameof(Rates), $"Rates[{i}] must lie in [0, 1], but is {rate}.");
            }
        }
    }
}
