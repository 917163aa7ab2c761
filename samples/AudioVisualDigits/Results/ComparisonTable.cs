using Spectre.Console;

namespace AudioVisualDigits.Results;

/// <summary>Strategies side by side on the console.</summary>
internal static class ComparisonTable
{
    // A border and two blanks per column.
    private const int Frame = 3;

    /// <summary>Gets the table: a row per strategy, or, on a terminal too narrow for that, a row per figure.</summary>
    /// <param name="summaries">At least one.</param>
    /// <param name="width">Columns of the terminal that it is drawn for; null to write it as Markdown.</param>
    public static Table Of(IReadOnlyList<StrategySummary> summaries, int? width)
    {
        var cells = new ComparisonCells(summaries);
        string[] headers = [.. cells.Headers];
        string[][] rows = [.. cells.Rows];
        return width is { } columns && Width([headers, .. rows]) > columns
            ? Make(true, [headers[0], "figure", "value"], [.. rows.SelectMany(row => Figures(headers, row))])
            : Make(width is not null, headers, rows);
    }

    private static int Width(string[][] rows) =>
        1 + Enumerable.Range(0, rows[0].Length).Sum(column => Frame + rows.Max(row => row[column].Length));

    /// <summary>A strategy's row as one row per figure, the first of which names the strategy.</summary>
    private static IEnumerable<string[]> Figures(string[] headers, string[] row) =>
        Enumerable.Range(1, row.Length - 1).Select(i => new[] { i == 1 ? row[0] : "", headers[i], row[i] });

    private static Table Make(bool forTerminal, string[] headers, string[][] rows)
    {
        var table = new Table().Border(forTerminal ? TableBorder.Rounded : TableBorder.Markdown);
        foreach (var header in headers)
            table.AddColumn(new TableColumn(header).RightAligned().NoWrap());
        table.Columns[0].LeftAligned();
        foreach (var row in rows)
            table.AddRow(row);
        return table;
    }
}
