using Spectre.Console;

namespace AudioVisualDigits.Results;

/// <summary>Strategies side by side on the console.</summary>
internal static class ComparisonTable
{
    /// <summary>Gets the table.</summary>
    /// <param name="summaries">At least one; a row each.</param>
    /// <param name="forTerminal">Whether it is drawn for a terminal, or written as Markdown.</param>
    public static Table Of(IReadOnlyList<StrategySummary> summaries, bool forTerminal)
    {
        var cells = new ComparisonCells(summaries);
        var table = new Table().Border(forTerminal ? TableBorder.Rounded : TableBorder.Markdown);
        foreach (var header in cells.Headers)
            table.AddColumn(new TableColumn(header).RightAligned());
        table.Columns[0].LeftAligned();
        foreach (var row in cells.Rows)
            table.AddRow(row);
        return table;
    }
}
