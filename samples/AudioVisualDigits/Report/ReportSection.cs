using System.Xml.Linq;
using ModalityBalance.Plots;

namespace AudioVisualDigits.Report;

/// <summary>What the sections of the page are made of.</summary>
internal static class ReportSection
{
    private const int ChartWidth = 440;
    private const int ChartHeight = 340;

    /// <summary>Gets a section.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="text">How to read it.</param>
    /// <param name="content">What it shows.</param>
    public static XElement Of(string title, string text, params object?[] content) =>
        new("section", new XElement("h2", title), new XElement("p", text), content);

    /// <summary>Gets charts beside and below each other.</summary>
    /// <param name="charts">No two of a page share their title. Null for one that is left out.</param>
    public static XElement Charts(IEnumerable<Chart?> charts) =>
        new("div", new XAttribute("class", "charts"), charts.OfType<Chart>().Select(Figure));

    /// <summary>Gets a table that scrolls in a box of its own.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="headers">The header of each column.</param>
    /// <param name="rows">The cells of each row, its name first.</param>
    public static XElement Table(string caption, IEnumerable<string> headers, IEnumerable<IEnumerable<string>> rows) =>
        new("div",
            new XAttribute("class", "scroll"),
            new XAttribute("role", "region"),
            new XAttribute("aria-label", caption),
            new XAttribute("tabindex", "0"),
            new XElement("table",
                new XElement("caption", caption),
                new XElement("thead", new XElement("tr", headers.Select(header => Header(header, "col")))),
                new XElement("tbody", rows.Select(row => new XElement("tr",
                    row.Take(1).Select(name => Header(name, "row")),
                    row.Skip(1).Select(cell => new XElement("td", cell)))))));

    /// <summary>Gets a remark below charts or tables.</summary>
    public static XElement Note(string text) => new("p", new XAttribute("class", "note"), text);

    private static XElement Figure(Chart chart)
    {
        var id = string.Concat(chart.Title.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
        return new XElement("figure",
            new XElement("figcaption", chart.Title),
            (chart with { Width = ChartWidth, Height = ChartHeight, DrawsTitle = false }).ToHtml($"chart-{id}"));
    }

    private static XElement Header(string text, string scope) =>
        new("th", new XAttribute("scope", scope), text);
}
