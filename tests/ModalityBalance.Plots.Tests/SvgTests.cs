using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ModalityBalance.Plots.Tests.Support;

namespace ModalityBalance.Plots.Tests;

public class SvgTests
{
    [Fact]
    public void Title_labels_and_names_are_text() =>
        Drawing.Texts(Drawing.Parse(Sample.Lines)).Should().Contain(["A chart", "epoch", "accuracy in %", "audio", "image"])
            .And.Contain(["1", "2", "3"], "the epochs are ticks").And.NotContain("1.5", "an epoch is whole");

    [Fact]
    public void Bars_lanes_and_points_name_their_parts()
    {
        Drawing.Texts(Drawing.Parse(Sample.Bars)).Should()
            .Contain(["Bars", "accuracy", "audio", "image", "own head", "teacher", "0.5", "0.75", "0.875"]);
        Drawing.Texts(Drawing.Parse(Sample.Lanes))
            .Should().Contain(["Lanes", "training step", "all", "audio", "seed 0", "seed 1"]);
        Drawing.Texts(Drawing.Parse(Sample.Points)).Should().Contain(["Points", "first", "second", "zero", "one"]);
    }

    [Theory]
    [MemberData(nameof(Sample.Kinds), MemberType = typeof(Sample))]
    public void A_drawing_is_the_same_each_time(string kind)
    {
        var chart = Sample.All[kind];
        chart.ToSvg().Should().Be(chart.ToSvg());
        chart.ToHtml("a").ToString().Should().Be(chart.ToHtml("a").ToString());
    }

    [Theory]
    [MemberData(nameof(Sample.Kinds), MemberType = typeof(Sample))]
    public void Readers_who_do_not_see_it_have_title_and_words(string kind)
    {
        var chart = Sample.All[kind];
        var svg = Drawing.Parse(chart);
        ((string?)svg.Attribute("role")).Should().Be("img");
        var named = ((string)svg.Attribute("aria-labelledby")!).Split(' ')
            .Select(id => svg.Descendants().Single(part => (string?)part.Attribute("id") == id).Value);
        named.Should().Equal(chart.Title, chart.Description);
    }

    [Fact]
    public void Words_say_what_is_drawn()
    {
        Sample.Lines.Description.Should().Be(
            "accuracy in % over epoch. audio: from 20 at 1 to 70 at 3, lowest 20, highest 70. "
            + "image: from 30 at 1 to 40 at 3, lowest 30, highest 40.");
        Sample.Bars.Description.Should().Be("accuracy. own head: audio 0.5, image 0.75. teacher: audio 0.875, image none.");
        Sample.Lanes.Description
            .Should().Be("Choices over training step. seed 0: all 50 %, audio 50 %. seed 1: all 25 %, audio 75 %.");
        Sample.Points.Description
            .Should().Be("second over first. zero: 2 points around 0.5, 0. one: 3 points around 4.333, 4.333.");
        new LineChart("t", "x", "y", [Series.Of("none", [(0, double.NaN)]), Series.Of("one", [(2, 5)])]).Description
            .Should().Be("y over x. none: no values. one: 5 at 2.");
    }

    [Fact]
    public void Without_its_title_a_chart_still_has_a_name()
    {
        var svg = Drawing.Parse(Sample.Lines with { DrawsTitle = false });
        Drawing.Texts(svg).Should().NotContain("A chart");
        svg.Element(Drawing.Svg + "title")!.Value.Should().Be("A chart");
    }

    [Fact]
    public void Names_are_text_whatever_they_hold()
    {
        const string Wild = "<b>&\"'</svg>\u0001\n你好";
        var chart = new LineChart(Wild, Wild, Wild, [Series.Of(Wild, [(0, 1)])]);
        var svg = Drawing.Parse(chart);
        Drawing.Texts(svg).Count(text => text == "<b>&\"'</svg>? ??").Should().Be(4, "the font has no other letters");
        svg.Element(Drawing.Svg + "title")!.Value.Should().Be("<b>&\"'</svg>\uFFFD\n你好", "the name has");
    }

    [Fact]
    public void Letters_of_European_languages_are_drawn() =>
        Drawing.Texts(Drawing.Parse(
                new LineChart("t", "Größe, œuvre, Łódź, αβγ, Привет, ≤ ± →", "y", [Series.Of("a", [(0, 1)])])))
            .Should().Contain("Größe, œuvre, Łódź, αβγ, Привет, ≤ ± →");

    [Fact]
    public void Series_differ_in_color_dashes_and_marker()
    {
        var many = new LineChart("t", "x", "y", [.. Enumerable.Range(0, 8).Select(i => Series.Of($"s{i}", [(0, i), (1, i)]))]);
        var svg = Drawing.Parse(many);
        var parts = Enumerable.Range(0, 8).Select(look => Drawing.OfSeries(svg, look).ToArray()).ToArray();
        parts.Select(own => own.Attributes("stroke").Select(stroke => stroke.Value).Distinct().Single(color => color != "none"))
            .Should().OnlyHaveUniqueItems();
        parts.Select(own => own.Attributes("stroke-dasharray").FirstOrDefault()?.Value)
            .Should().OnlyHaveUniqueItems().And.ContainSingle(dashes => dashes == null, "one line is solid");
        parts.Take(5).Select(MarkerOutline).Should().OnlyHaveUniqueItems("there are five markers");
    }

    [Fact]
    public void A_look_that_was_asked_for_is_the_one_in_every_chart()
    {
        var svg = Drawing.Parse(new LineChart("t", "x", "y", [Series.Of("a", [(0, 1), (1, 2)]) with { Look = 10 }]));
        Drawing.OfSeries(svg, 2).Should().NotBeEmpty("looks repeat their color after eight");
        Drawing.OfSeries(svg, 0).Should().BeEmpty();
    }

    [Fact]
    public void Automatic_drawings_hold_both_palettes_and_the_others_one()
    {
        var (light, dark) = (Colors(Sample.Lines.ToSvg(ChartTheme.Light)), Colors(Sample.Lines.ToSvg(ChartTheme.Dark)));
        light.Intersect(dark).Should().BeEmpty();
        string automatic = Sample.Lines.ToSvg();
        Colors(automatic).Should().Contain(light).And.Contain(dark);
        var svg = XElement.Parse(automatic);
        Colors(svg.Element(Drawing.Svg + "style")!.Value).Should().Contain(light, "each light color has a rule")
            .And.Contain(dark);
        svg.Descendants().Attributes("fill").Select(fill => fill.Value)
            .Should().NotContain(dark, "they are for the rules to set");
    }

    [Fact]
    public void Inside_a_page_it_has_ids_of_its_own_and_neither_size_nor_background()
    {
        var (first, second) = (Sample.Lines.ToHtml("one"), Sample.Lines.ToHtml("two"));
        string[] ids = [.. new[] { first, second }.SelectMany(svg => svg.DescendantsAndSelf()).Attributes("id")
            .Select(id => id.Value)];
        ids.Should().OnlyHaveUniqueItems().And.Contain(["one-title", "two-title"]);
        Regex.Matches(first.ToString(), @"url\(#([^)]*)\)").Select(link => link.Groups[1].Value)
            .Should().NotBeEmpty().And.BeSubsetOf(ids);
        first.ToString().Should().NotContain("xmlns").And.NotContain("://");
        first.Attributes().Select(attribute => attribute.Name.LocalName).Should().NotContain("width").And.Contain("viewBox");
        first.Elements("rect").Should().BeEmpty();
        Drawing.Parse(Sample.Lines).Elements(Drawing.Svg + "rect").Should().ContainSingle("a file of its own has a background");
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a b")]
    [InlineData("a\"")]
    public void An_id_that_is_none_is_refused(string id) =>
        FluentActions.Invoking(() => Sample.Lines.ToHtml(id)).Should().Throw<ArgumentException>()
            .WithMessage($"id must be an ASCII letter and then letters, digits and hyphens, but is '{id}'.*");

    [Fact]
    public void A_theme_that_is_none_is_refused() =>
        FluentActions.Invoking(() => Sample.Lines.ToSvg((ChartTheme)7)).Should().Throw<ArgumentException>()
            .WithMessage("theme must be a named value, but is 7.*");

    private static string MarkerOutline(XElement[] parts)
    {
        // Where it is does not matter, only how it goes on from there.
        var marker = parts.First(part => (string?)part.Attribute("fill") is not (null or "none")
            && (string?)part.Attribute("stroke-width") != "2");
        return marker.Name.LocalName switch
        {
            "path" => string.Join(' ', Regex.Matches((string)marker.Attribute("d")!, "[A-Za-z]").Select(c => c.Value))
                + Turns((string)marker.Attribute("d")!),
            var other => other,
        };
    }

    private static string Turns(string path)
    {
        double[] y = [.. Regex.Matches(path, @"-?\d+(\.\d+)?")
            .Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))
            .Where((_, i) => i % 2 == 1)];
        return string.Concat(y.Zip(y.Skip(1), (a, b) => Math.Sign(Math.Round(b - a))));
    }

    private static string[] Colors(string text) =>
        [.. Regex.Matches(text, "#[0-9A-F]{6}").Select(match => match.Value).Distinct()];
}
