using System.Text;
using System.Xml;
using System.Xml.Linq;
using AudioVisualDigits.Results;

namespace AudioVisualDigits.Report;

/// <summary>A study as one page of HTML: no scripts, nothing fetched from elsewhere.</summary>
internal static class ReportPage
{
    private const string StyleSheet = "report.css";

    /// <summary>Gets the page.</summary>
    /// <param name="study">A study whose runs hold what the report draws.</param>
    public static string Of(StudyRecord study)
    {
        var strategies = StrategyRuns.Of(study);
        string[] modalities = [.. study.Runs[0].Modalities.Select(modality => modality.Name)];
        var title = $"{study.Task.Name}: {string.Join(", ", study.Strategies)}";
        return Write(new XElement("html",
            new XAttribute("lang", "en"),
            new XElement("head",
                new XElement("meta", new XAttribute("charset", "utf-8")),
                Meta("viewport", "width=device-width, initial-scale=1"),
                Meta("color-scheme", "light dark"),
                new XElement("meta",
                    new XAttribute("http-equiv", "Content-Security-Policy"),
                    new XAttribute("content", "default-src 'none'; style-src 'unsafe-inline'")),
                new XElement("title", title),
                new XElement("style", Style())),
            new XElement("body", new XElement("main",
                new XElement("h1", title),
                ComparisonSection.Of(study),
                LearningSection.Of(study, strategies),
                new StrategySections(modalities).Of(strategies),
                MissingSection.Of(study, strategies),
                RunSection.Of(study)))));
    }

    private static XElement Meta(string name, string content) =>
        new("meta", new XAttribute("name", name), new XAttribute("content", content));

    /// <summary>The style sheet. It holds none of the characters that XML escapes and HTML, inside a style, does not.
    /// </summary>
    private static string Style()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream(StyleSheet)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string Write(XElement page)
    {
        foreach (var text in page.DescendantNodes().OfType<XText>())
            text.Value = Printable(text.Value);
        foreach (var attribute in page.Descendants().Attributes())
            attribute.Value = Printable(attribute.Value);
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    /// <summary>Replaces what no document may hold, such as control characters in an argument.</summary>
    private static string Printable(string text) => text.All(c => XmlConvert.IsXmlChar(c))
        ? text
        : string.Concat(text.EnumerateRunes().Select(rune =>
            rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune));
}
