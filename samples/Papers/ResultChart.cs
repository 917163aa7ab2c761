using ModalityBalance.Plots;

namespace Papers;

/// <summary>The charts of a table.</summary>
internal static class ResultChart
{
    // In pixels.
    private const int MinWidth = 640;
    private const int WidthPerBar = 90;

    /// <summary>Draws a curve per method where the table has axes, else a chart per column with a bar per method.</summary>
    /// <returns>The charts, and the names of their files without an extension.</returns>
    public static IEnumerable<(string Name, Chart Chart)> Of(PaperItem item, ResultTable result) => result.Axes is { } axes
        ? [("curves", Curves(item, result, axes))]
        : result.Columns.Select((_, column) => ($"column-{column + 1}", (Chart)Bars(item, result, column)));

    /// <summary>Means, with bands of a standard deviation to both sides.</summary>
    private static LineChart Curves(PaperItem item, ResultTable result, CurveAxes axes) => new(
        $"{item.Id}: {item.Shows}",
        axes.X,
        axes.Y,
        [
            .. result.Rows.Select(row => new Series(row.Method,
            [
                .. axes.Positions.Zip(row.Values, (x, value) => value is { Deviation: { } deviation }
                    ? new SeriesPoint(x, value.Mean, value.Mean - deviation, value.Mean + deviation)
                    : new SeriesPoint(x, value?.Mean ?? double.NaN)),
            ])),
        ]);

    private static BarChart Bars(PaperItem item, ResultTable result, int column) => new(
        $"{item.Id}: {result.Columns[column]}",
        result.Columns[column],
        [.. result.Rows.Select(row => row.Method)],
        [new BarSeries(result.Columns[column], [.. result.Rows.Select(row => row.Values[column]?.Mean ?? double.NaN)])])
    {
        Width = Math.Max(MinWidth, WidthPerBar * result.Rows.Count),
    };
}
