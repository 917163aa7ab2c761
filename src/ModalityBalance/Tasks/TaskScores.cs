namespace ModalityBalance.Tasks;

/// <summary>How good predictions were, in plain numbers.</summary>
/// <param name="Samples">Samples that were scored.</param>
public abstract record TaskScores(long Samples)
{
    /// <summary>The score that decides which epoch is the best; higher is better.</summary>
    public abstract double Primary { get; }

    /// <summary>All scores as named numbers, for logs. The same names in the same order for every result of one task.
    /// </summary>
    /// <returns>By default <c>primary</c> alone.</returns>
    public virtual IReadOnlyList<(string Name, double Value)> Figures() => [("primary", Primary)];
}
