namespace Papers;

/// <summary>Tables whose columns are epochs.</summary>
internal static class EpochCurves
{
    /// <summary>Makes a table.</summary>
    /// <param name="y">What the values are.</param>
    /// <param name="rows">One value per epoch, the same number in each; at least one row.</param>
    public static ResultTable Of(string y, IReadOnlyList<ResultRow> rows)
    {
        var epochs = Enumerable.Range(1, rows[0].Values.Count);
        return new ResultTable([.. epochs.Select(epoch => $"epoch {epoch}")], rows)
        {
            Axes = new CurveAxes("epoch", y, [.. epochs.Select(epoch => (double)epoch)]),
        };
    }
}
