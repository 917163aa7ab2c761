namespace Papers;

/// <summary>A table or figure of one of the three papers.</summary>
/// <param name="Id">Its name on the command line.</param>
/// <param name="Shows">What the paper shows there.</param>
/// <param name="StandIn">What stands in for its data here; or why it cannot be had.</param>
internal sealed record PaperItem(string Id, string Shows, string StandIn)
{
    /// <summary>Gets the experiment; null if there is none.</summary>
    public Func<RunRequest, ResultTable>? Run { get; init; }

    /// <summary>Gets whether the experiment reads the real digits.</summary>
    public bool NeedsData { get; init; }

    /// <summary>Gets the paper's own figures, as far as they are at hand.</summary>
    public IReadOnlyList<PublishedColumn> Published { get; init; } = [];
}

/// <summary>A column of a paper's own figures.</summary>
/// <param name="Name">The figure, and the data set where the paper has several.</param>
/// <param name="Values">The figure of each method, by the method's name here; others have none.</param>
internal sealed record PublishedColumn(string Name, IReadOnlyDictionary<string, double> Values);
