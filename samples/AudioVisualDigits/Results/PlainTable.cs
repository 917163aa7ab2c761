using Spectre.Console;

namespace AudioVisualDigits.Results;

/// <summary>Tables as text, for files and pages as much as for a terminal.</summary>
internal static class PlainTable
{
    /// <summary>Writes a table in Markdown, without colors.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="table">The table.</param>
    /// <param name="width">The most characters of a line; longer cells are wrapped.</param>
    public static void Write(TextWriter output, Table table, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        console.Write(table.MarkdownBorder());
    }
}
