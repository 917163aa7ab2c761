namespace AudioVisualDigits.Tests.Report;

/// <summary>The report as Chromium shows it.</summary>
[Collection(nameof(FullReport))]
public class ReportInBrowserTests(FullReport report)
{
    [BrowserFact]
    public void It_is_complete_fits_and_can_be_read_when_light() => ShouldBeRight(dark: false);

    [BrowserFact]
    public void It_is_complete_fits_and_can_be_read_when_dark() => ShouldBeRight(dark: true);

    [BrowserFact]
    public void A_broken_page_is_seen()
    {
        const string Style = "figure { width: 2000px } figure .modality-balance-chart { height: 0 } "
            + "figure text { font-size: 60px } p { color: #dddddd } path[class] { stroke: #eeeeee } </style></head>";
        const string Content = "<script>document.title = 'x'</script><img alt='' src='picture.png'></main>";
        var (views, console) = Browser.Measure(
            report.Page.Replace("</style></head>", Style).Replace("</main>", Content), dark: false);
        foreach (var view in views)
        {
            view.Faults.Should().Contain(fault => fault.StartsWith("FIGURE") && fault.EndsWith("overflows"))
                .And.Contain(fault => fault.StartsWith("svg") && fault.EndsWith("by 0"))
                .And.Contain(fault => fault.StartsWith("text") && fault.Contains("leaves its drawing"))
                .And.Contain(fault => fault.StartsWith("text") && fault.Contains("covers"))
                .And.Contain(fault => fault.StartsWith("P ") && fault.Contains("contrast of 1."))
                .And.Contain(fault => fault.StartsWith("path") && fault.Contains("contrast of 1."));
        }

        console.Should().Contain(line => line.Contains("Executing inline script violates"))
            .And.Contain(line => line.Contains("picture.png"));
    }

    private void ShouldBeRight(bool dark)
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
}
