using AudioVisualDigits.Results;
using Spectre.Console;

namespace AudioVisualDigits.Tests.Results;

public class ComparisonTableTests
{
    private static readonly Statistic Figure = new(0.3209, 0.0484);

    [Theory]
    [InlineData(115)]
    [InlineData(114)]
    [InlineData(80)]
    [InlineData(60)]
    public void No_cell_is_broken_or_cut_short(int width)
    {
        var lines = Draw(width);
        lines.Should().OnlyContain(line => line.Length <= width).And.NotContain(line => line.Contains('…'));
        lines.Where(line => line.Contains("32.09 ± 4.84", StringComparison.Ordinal)).Should()
            .HaveCount(width < 115 ? 2 * 5 : 2, "a table too wide for the terminal has a row per figure");
        lines.Should().HaveCount(width < 115 ? 4 + (2 * 7) : 4 + 2, "every row is one line");
    }

    private static string[] Draw(int width)
    {
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        console.Write(ComparisonTable.Of([Summary("mmpareto"), Summary("joint")], width));
        return text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static StrategySummary Summary(string name) => new(
        name,
        Figure,
        Figure,
        [new("audio", Figure, Figure), new("image", Figure, Figure)],
        new Statistic(3.25, 0.125),
        new Statistic(1, 0.5));
}
