using ModalityBalance.Plots;

namespace Papers;

/// <summary>The charts of a table.</summary>
internal static class ResultChart
{
    // In pixels.
    private const int MinWidth = 640;
    private const int WidthPerBar = 90;

    /// <summary>Draws a column, a bar per method.</summary>
    public static BarChart Of(PaperItem item, ResultTable result, int column) => new(
        $"{item.Id}: {result.Columns[column]}",
        result.Columns[column],
        [.. result.Rows.Select(row => row.Method)],
        [new BarSeries(result.Columns[column], [.. result.Rows.Select(row => row.Values[column] ?? double.NaN)])])
    {
        Width = Math.Max(MinWidth, WidthPerBar * result.Rows.Count),
    };
}
