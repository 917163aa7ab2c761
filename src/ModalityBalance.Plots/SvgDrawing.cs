using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace ModalityBalance.Plots;

/// <summary>A chart as SVG: what the drawing library wrote, with names, classes, dashes, and the reader's choice of colors.
/// </summary>
/// <param name="chart">What was drawn.</param>
/// <param name="xml">The document, in the light palette if the theme is automatic.</param>
/// <param name="theme">The colors.</param>
internal sealed class SvgDrawing(Chart chart, string xml, ChartTheme theme)
{
    private const string Class = "modality-balance-chart";

    private static readonly string LineWidth = ChartCanvas.LineWidth.ToString(CultureInfo.InvariantCulture);
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly Palette _palette = Palette.Of(theme);

    /// <summary>Gets a document of its own.</summary>
    public XElement Document() => Drawing(chart.Title, "chart");

    /// <summary>Gets an element inside a page, without background and size.</summary>
    public XElement Element(string id)
    {
        var svg = Drawing(chart.Title, id);
        svg.Elements().First(part => part.Name == Svg + "rect" && (string?)part.Attribute("fill") == _palette.Background)
            .Remove();
        svg.Attributes().Where(attribute => attribute.Name.LocalName is "width" or "height" || attribute.IsNamespaceDeclaration)
            .Remove();
        foreach (var part in svg.DescendantsAndSelf())
        {
            part.Name = part.Name.LocalName;
        }

        return svg;
    }

    private XElement Drawing(string title, string id)
    {
        var svg = XElement.Parse(xml);
        foreach (var part in svg.Descendants())
        {
            Finish(part);
        }

        NumberClips(svg, id);
        svg.Attributes().Where(attribute => attribute.IsNamespaceDeclaration && attribute.Name.LocalName == "xlink").Remove();
        svg.Add(
            new XAttribute("class", Class),
            new XAttribute("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {chart.Width} {chart.Height}")),
            new XAttribute("role", "img"),
            new XAttribute("aria-labelledby", $"{id}-title {id}-text"));
        svg.AddFirst(
            new XElement(Svg + "title", new XAttribute("id", $"{id}-title"), Printable(title)),
            new XElement(Svg + "desc", new XAttribute("id", $"{id}-text"), Printable(chart.Description)),
            theme == ChartTheme.Automatic ? new XElement(Svg + "style", Style()) : null);
        return svg;
    }

    private void Finish(XElement part)
    {
        if (part.Name == Svg + "text")
        {
            part.SetAttributeValue("font-family", ChartFont.Families);
            part.Value = part.Value.Trim();
        }

        var colors = new[] { (string?)part.Attribute("fill"), (string?)part.Attribute("stroke") };
        int look = _palette.Series.ToList().FindIndex(color => colors.Contains(color));
        if (look >= 0)
        {
            part.SetAttributeValue("class", $"series-{look}");
            if ((string?)part.Attribute("stroke-width") == LineWidth && Palette.Dashes(look) is { Count: > 0 } dashes)
            {
                part.SetAttributeValue("stroke-dasharray", string.Join(' ', dashes));
            }
        }
    }

    /// <summary>Numbers the clipping areas from 0. The drawing library numbers them on in the whole process, so that no two
    /// drawings of a chart were the same.</summary>
    private static void NumberClips(XElement svg, string id)
    {
        foreach (var (i, clip) in svg.Descendants(Svg + "clipPath").ToArray().Index())
        {
            string old = $"url(#{clip.Attribute("id")!.Value})";
            foreach (var user in svg.Descendants().Attributes("clip-path").Where(attribute => attribute.Value == old))
            {
                user.Value = $"url(#{id}-clip-{i})";
            }

            clip.SetAttributeValue("id", $"{id}-clip-{i}");
        }
    }

    /// <summary>Rules that replace each light color by the dark one where the reader prefers that.</summary>
    private static string Style()
    {
        var rules = Palette.Light.All.Zip(Palette.Dark.All, (light, dark) =>
            $".{Class} [fill=\"{light}\"]{{fill:{dark}}}.{Class} [stroke=\"{light}\"]{{stroke:{dark}}}");
        return $"@media (prefers-color-scheme:dark){{{string.Concat(rules)}}}";
    }

    /// <summary>Replaces what no document may hold, such as control characters.</summary>
    private static string Printable(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.IsBmp && !XmlConvert.IsXmlChar((char)rune.Value) ? Rune.ReplacementChar : rune));
}
