using System.Globalization;
using System.Xml.Linq;
using AudioVisualDigits.Report.Charts;

namespace AudioVisualDigits.Tests.Report.Charts;

public class LineChartTests
{
    private static readonly Curve Falling = new("falling", 3, [new(1, 0.75, 0.5, 1), new(2, 0.5), new(4, 0.25)]);

    [Fact]
    public void Each_curve_has_a_line_and_a_key_of_the_same_look()
    {
        var figure = Chart(Falling, Falling with { Name = "other", Look = 9 }).Draw();
        Classes(figure.Element("svg")!, "path").Where(look => look.StartsWith("line", StringComparison.Ordinal))
            .Should().Equal(["line look-3", "line look-1"], "looks repeat after eight");
        Classes(figure.Element("ul")!, "path").Should().Equal("line look-3", "line look-1");
        figure.Element("ul")!.Elements("li").Select(key => key.Value).Should().Equal("falling", "other");
    }

    [Fact]
    public void Names_are_text_whatever_they_hold()
    {
        const string Wild = "<b>&\"'</svg><script>";
        var (x, y) = (Axis.Counting(Wild, [1, 4]), Axis.Naming(Wild, [Wild]));
        var text = new LineChart(Wild, x, y, [Falling with { Name = Wild }]).Draw().ToString();
        text.Should().NotContain("<b>").And.NotContain("<script>");
        XElement.Parse(text).Element("figcaption")!.Value.Should().Be(Wild);
    }

    [Fact]
    public void Title_and_text_name_the_drawing()
    {
        var svg = Chart(Falling).Draw().Element("svg")!;
        var ids = svg.Attribute("aria-labelledby")!.Value.Split(' ');
        svg.Elements().Take(2).Select(named => named.Attribute("id")!.Value).Should().Equal(ids);
        svg.Element("title")!.Value.Should().Be("A chart");
        svg.Element("desc")!.Value.Should().Be(
            "loss over step. falling: from 0.75 at 1 to 0.25 at 4, lowest 0.25, highest 0.75.");
    }

    [Fact]
    public void Choices_are_told_by_how_often_they_were_made()
    {
        var curve = new Curve(
            "chosen", 0, [new(1, 1.15), new(2, 0.15), new(3, double.NaN), new(4, 1.15)], CurveShape.Steps);
        CurveText.Of(curve, Axis.Naming("modality", ["audio", "image"]))
            .Should().Be("chosen: audio at 1 of 3 points, image at 2 of 3 points.");
    }

    [Fact]
    public void A_single_point_is_a_dot_inside_the_frame()
    {
        var one = new Curve("one", 0, [new(1, 5)]);
        var svg = Chart(one).Draw().Element("svg")!;
        var dot = svg.Elements("circle").Should().ContainSingle().Subject;
        double.Parse(dot.Attribute("cx")!.Value, CultureInfo.InvariantCulture).Should().BeInRange(50, 422);
        svg.Element("desc")!.Value.Should().Contain("one: 5 at 1.");
    }

    [Fact]
    public void A_curve_without_values_says_so() =>
        Chart(new Curve("none", 0, [new(1, double.NaN)])).Draw().Value.Should().Contain("none: no values.");

    private static LineChart Chart(params Curve[] curves) => new(
        "A chart",
        Axis.Counting("step", curves.SelectMany(curve => curve.Points).Select(point => point.X)),
        Axis.Measuring("loss", curves.SelectMany(curve => curve.Points).Select(point => point.Y)),
        curves);

    private static IEnumerable<string> Classes(XElement root, string name) =>
        root.Descendants(name).Select(path => path.Attribute("class")!.Value);
}
