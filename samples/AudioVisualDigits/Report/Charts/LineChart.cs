using System.Xml.Linq;

namespace AudioVisualDigits.Report.Charts;

/// <summary>Curves over a common axis, as an element of HTML: title, drawing and legend. The page's style sheet gives
/// it colors.</summary>
/// <param name="Title">What it shows; no two charts of a page share it.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Curves">The curves, the last one on top.</param>
internal sealed record LineChart(string Title, Axis X, Axis Y, IReadOnlyList<Curve> Curves)
{
    private const int Width = 440;
    private const int Height = 280;
    private const int Top = 30;
    private const int Right = Width - 18;
    private const int Bottom = Height - 44;
    private const double CharacterWidth = 7.5;

    /// <summary>Gets the element.</summary>
    public XElement Draw()
    {
        var name = string.Concat(Title.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-'));
        return new XElement("figure",
            new XElement("figcaption", Title),
            new XElement("svg",
                new XAttribute("class", "chart"),
                new XAttribute("viewBox", $"0 0 {Width} {Height}"),
                new XAttribute("role", "img"),
                new XAttribute("aria-labelledby", $"{name}-title {name}-text"),
                new XElement("title", new XAttribute("id", $"{name}-title"), Title),
                new XElement("desc", new XAttribute("id", $"{name}-text"), Words),
                Content()),
            new XElement("ul", new XAttribute("class", "legend"), Curves.Select(Key)));
    }

    private string Words =>
        $"{Y.Label} over {X.Label}. {string.Join(' ', Curves.Select(curve => CurveText.Of(curve, Y)))}";

    private IEnumerable<XElement> Content()
    {
        var left = 14 + (CharacterWidth * Y.Ticks.Max(tick => tick.Text.Length));
        var x = new Scale(X, left, Right);
        var y = new Scale(Y, Bottom, Top);
        var path = new CurvePath(x, y);
        return
        [
            .. Y.Ticks.SelectMany(tick => Across(tick, left, y.At(tick.Value))),
            .. X.Ticks.SelectMany(tick => Along(tick, x.At(tick.Value))),
            Path("frame", $"M{CurvePath.Text(left)} {Top}V{Bottom}H{Right}"),
            Label(Y.Label, 2, 14, "start"),
            Label(X.Label, (left + Right) / 2, Height - 8, "middle"),
            .. Drawn("band", path.Band),
            .. Drawn("line", path.Line),
            .. Curves.SelectMany(curve => path.Dots(curve).Select(dot => Dot(curve, dot))),
        ];
    }

    /// <summary>Draws a part of every curve that has it.</summary>
    private IEnumerable<XElement> Drawn(string part, Func<Curve, string> data) =>
        from curve in Curves
        let outline = data(curve)
        where outline.Length > 0
        select Path($"{part} {curve.Class}", outline, new XElement("title", curve.Name));

    private static XElement[] Across(Tick tick, double left, double y) =>
    [
        Path("grid", $"M{CurvePath.Text(left)} {CurvePath.Text(y)}H{Right}"),
        Label(tick.Text, left - 6, y + 4, "end"),
    ];

    private static XElement[] Along(Tick tick, double x) =>
    [
        Path("frame", $"M{CurvePath.Text(x)} {Bottom}v5"),
        Label(tick.Text, x, Bottom + 19, "middle"),
    ];

    private static XElement Label(string text, double x, double y, string anchor) => new("text",
        new XAttribute("x", CurvePath.Text(x)),
        new XAttribute("y", CurvePath.Text(y)),
        new XAttribute("text-anchor", anchor),
        text);

    private static XElement Path(string look, string data, params XElement[] inner) =>
        new("path", new XAttribute("class", look), new XAttribute("d", data), inner);

    private static XElement Dot(Curve curve, (string X, string Y) at) => new("circle",
        new XAttribute("class", $"dot {curve.Class}"),
        new XAttribute("cx", at.X),
        new XAttribute("cy", at.Y),
        new XAttribute("r", 3));

    private static XElement Key(Curve curve) => new("li",
        new XElement("svg",
            new XAttribute("class", "key"),
            new XAttribute("viewBox", "0 0 36 10"),
            new XAttribute("aria-hidden", "true"),
            Path($"line {curve.Class}", "M1 5H35")),
        curve.Name);
}
