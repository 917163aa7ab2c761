using System.Text.RegularExpressions;

namespace AudioVisualDigits.Tests.Report;

/// <summary>The report as Chromium shows it.</summary>
public class ReportInBrowserTests(FullReport report) : IClassFixture<FullReport>
{
    [BrowserTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_complete_fits_and_can_be_read_at_every_width(bool dark)
    {
        var (views, console) = Browser.Measure(report.Page, dark);
        console.Should().BeEmpty();
        views.Select(view => view.Width).Should().Equal(360, 800, 1280);
        foreach (var view in views)
        {
            view.Faults.Should().BeEmpty($"it is shown at {view.Width} pixels");
            view.Dark.Should().Be(dark);
            view.Headings.Should().HaveCount(7);
            view.Charts.Should().HaveCount(11).And.OnlyHaveUniqueItems();
        }
    }

    [BrowserTheory]
    [InlineData("figure { width: 2000px }", "overflows")]
    [InlineData(".chart { height: 0 }", "^svg .* is ")]
    [InlineData("p { color: #ddd }", "^P .* has a contrast of 1")]
    [InlineData(".chart text { font-size: 60px }", "leaves its drawing")]
    public void A_broken_page_is_seen(string damage, string fault)
    {
        var (views, _) = Browser.Measure(report.Page.Replace("</style>", damage + "</style>"), dark: false);
        views.Should().OnlyContain(view => view.Faults.Any(found => Regex.IsMatch(found, fault)));
    }

    [BrowserTheory]
    [InlineData("<script>document.title = 'x'</script>")]
    [InlineData("<img alt='' src='https://example.org/x.png'>")]
    public void A_page_that_runs_or_fetches_something_is_seen(string addition)
    {
        var (_, console) = Browser.Measure(report.Page.Replace("</main>", addition + "</main>"), dark: false);
        console.Should().Contain(line => line.Contains("Content Security Policy"));
    }
}
