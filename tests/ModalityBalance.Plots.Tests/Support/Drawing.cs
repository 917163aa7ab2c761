using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ModalityBalance.Plots.Tests.Support;

/// <summary>What an SVG shows.</summary>
internal static partial class Drawing
{
    public static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public static XElement Parse(Chart chart, ChartTheme theme = ChartTheme.Light) => XElement.Parse(chart.ToSvg(theme));

    public static IEnumerable<string> Texts(XElement svg) => svg.Descendants(Svg + "text").Select(text => text.Value);

    /// <summary>The parts in the color of a series.</summary>
    public static IEnumerable<XElement> OfSeries(XElement svg, int look) =>
        svg.Descendants().Where(part => (string?)part.Attribute("class") == $"series-{look}");

    /// <summary>The lines through data, which lie inside a clipped area of their own; the legend's are not among them.</summary>
    public static IReadOnlyList<(double X, double Y)>[] Lines(XElement svg, int look) =>
        [.. OfSeries(svg, look).Where(part => (string?)part.Attribute("stroke-width") == "2")
            .Select(part => Points((string)part.Attribute("d")!))
            .Where(points => points.Min(point => point.Y) < DataBottom(svg))];

    /// <summary>The centers of the circles of data.</summary>
    public static (double X, double Y)[] Circles(XElement svg, int look) =>
        [.. OfSeries(svg, look).Where(part => part.Name.LocalName is "circle" or "ellipse")
            .Select(part => (Number(part, "cx"), Number(part, "cy")))
            .Where(center => center.Item2 < DataBottom(svg))];

    public static double Number(XElement part, string attribute) =>
        double.Parse((string)part.Attribute(attribute)!, CultureInfo.InvariantCulture);

    private static IReadOnlyList<(double X, double Y)> Points(string path)
    {
        double[] numbers = [.. NumberPattern().Matches(path)
            .Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
        return [.. numbers.Chunk(2).Select(pair => (pair[0], pair[1]))];
    }

    /// <summary>Where the data ends: the lower end of the first clipped area.</summary>
    public static double DataBottom(XElement svg)
    {
        var area = svg.Descendants(Svg + "clipPath").First().Element(Svg + "rect")!;
        return Number(area, "y") + Number(area, "height") + 1;
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?(e-?\d+)?")]
    private static partial Regex NumberPattern();
}
