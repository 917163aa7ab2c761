using System.Text.RegularExpressions;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Results;
using AudioVisualDigits.Tests.Data;
namespace AudioVisualDigits.Tests.Report;

[Collection(nameof(FullReport))]
public sealed class ReportPageTests(FullReport full) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_one_file_beside_the_results()
    {
        full.Program.ExitCode.Should().Be(DigitsProgram.Success);
        full.Program.Output.Should().Contain("report.html");
        full.Files.Should().Contain(["report.html", "result.json"]).And.NotContain(name => name.EndsWith(".tmp"));
    }

    [Fact]
    public void Its_charts_refer_to_themselves_only()
    {
        var ids = Regex.Matches(full.Page, " id=\"([^\"]*)\"").Select(id => id.Groups[1].Value);
        Regex.Matches(full.Page, @"url\(([^)]*)\)").Select(link => link.Groups[1].Value)
            .Should().NotBeEmpty().And.BeSubsetOf(ids.Select(id => $"#{id}"));
    }

    [Theory]
    [InlineData("<script")]
    [InlineData("javascript:")]
    [InlineData("://")]
    [InlineData(" src=")]
    [InlineData(" href=")]
    [InlineData("@import")]
    [InlineData("<link")]
    public void It_runs_and_fetches_nothing(string forbidden) => full.Page.Should().NotContain(forbidden);

    [Fact]
    public void No_two_elements_share_an_id() =>
        Regex.Matches(full.Page, " id=\"([^\"]*)\"").Select(id => id.Groups[1].Value)
            .Should().NotBeEmpty().And.OnlyHaveUniqueItems();

    [Fact]
    public void Its_table_is_that_of_the_console()
    {
        var table = full.Program.Lines.Where(line => line.StartsWith('|'))
            .Where(line => !line.Contains("---", StringComparison.Ordinal))
            .SelectMany(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
        Cells(full.Page, "Test accuracy").Should().Equal(table);
    }

    [Fact]
    public void Every_subset_of_modalities_is_scored()
    {
        var cells = Cells(full.Page, "Fused accuracy in %").ToArray();
        cells[..4].Should().Equal("strategy", "audio", "image", "audio + image");
        cells[4..8].Should().Equal(["joint", .. cells[5..7], Cells(full.Page, "Test accuracy").ElementAt(9)],
            "with every modality there, the score is the comparison's");
        cells[8..12].Should().Equal("unimodal", RunText.Untrained, RunText.Untrained, RunText.Untrained);
    }

    [Fact]
    public void Untrained_predictions_are_named_and_not_drawn()
    {
        full.Page.Should().Contain("fused: untrained by unimodal.")
            .And.Contain("audio head: untrained by joint, i2mcl, g2d, umt.");
        Legend("Learning curve: fused").Should().Equal("joint", "mmpareto", "i2mcl", "g2d", "uniform", "umt", "pareto");
        Legend("Learning curve: image head").Should().Equal("unimodal", "mmpareto", "uniform", "pareto");
    }

    [Fact]
    public void Strategies_that_did_not_run_have_no_section()
    {
        Train("--strategy", "unimodal", "--fusion", "sum").Should().Contain("<h2>Comparison</h2>")
            .And.NotContain("MMPareto:").And.NotContain("I2MCL:").And.NotContain("G2D:")
            .And.NotContain("<h2>Missing").And.NotContain("Learning curve: fused");
    }

    [Fact]
    public void It_says_what_the_curves_were_scored_on()
    {
        Train().Should().Contain("Accuracy on the test split after each epoch").And.Contain("nothing was chosen by it");
        Train("--validation", "0.5").Should().Contain("Accuracy on the validation samples after each epoch")
            .And.NotContain("nothing was chosen by it");
    }

    [Fact]
    public void A_page_that_cannot_be_written_is_told_before_training()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "report.html"));
        var run = ProgramRun.OnTinyDigits("train", "--report", "--out", _folder.Path);
        (run.ExitCode, run.Output).Should().Be((DigitsProgram.BadInput, ""));
        run.Error.Should().Contain("report.html' must be a file");
    }

    [Fact]
    public void What_the_user_typed_is_text()
    {
        var folder = Path.Combine(_folder.Path, "a<b>&\"\u0001");
        ProgramRun.OnTinyDigits("train", "--epochs", "1", "--report", "--out", folder).ExitCode.Should().Be(0);
        File.ReadAllText(Path.Combine(folder, "report.html")).Should().Contain("a&lt;b&gt;&amp;\"\uFFFD</code>");
    }

    private string Train(params string[] args)
    {
        ProgramRun.OnMoreDigits(["train", "--epochs", "2", "--report", "--out", _folder.Path, .. args])
            .Error.Should().BeEmpty();
        return File.ReadAllText(Path.Combine(_folder.Path, "report.html"));
    }

    /// <summary>The strategies that are written in a chart.</summary>
    private IEnumerable<string> Legend(string title) =>
        Regex.Matches(
            Regex.Match(full.Page, $"<figcaption>{title}</figcaption>.*?</figure>").Value, "<text[^>]*>([^<]+)</text>")
            .Select(text => text.Groups[1].Value)
            .Where(text => StrategyRegistry.Names.Contains(text));

    private static IEnumerable<string> Cells(string page, string caption) =>
        Regex.Matches(
            Regex.Match(page, $"<caption>{caption}.*?</table>").Value, "<t[hd][^>]*>([^<]*)</t[hd]>")
            .Select(cell => cell.Groups[1].Value);
}
