namespace ModalityBalance.Plots;

/// <summary>Parts of a list without a gap.</summary>
internal static class Runs
{
    /// <summary>The longest parts of which every entry is there.</summary>
    public static IEnumerable<IReadOnlyList<T>> Of<T>(IEnumerable<T> entries, Func<T, bool> isThere)
    {
        var run = new List<T>();
        foreach (var entry in entries)
        {
            if (isThere(entry))
            {
                run.Add(entry);
            }
            else if (run.Count > 0)
            {
                yield return run;
                run = [];
            }
        }

        if (run.Count > 0)
        {
            yield return run;
        }
    }
}
