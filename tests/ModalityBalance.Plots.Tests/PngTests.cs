using ModalityBalance.Plots.Tests.Support;
using SkiaSharp;

namespace ModalityBalance.Plots.Tests;

public class PngTests
{
    [Theory]
    [MemberData(nameof(Sample.Kinds), MemberType = typeof(Sample))]
    public void It_decodes_to_its_size_and_is_not_blank(string kind)
    {
        var chart = Sample.All[kind] with { Width = 300, Height = 200 };
        using var image = SKBitmap.Decode(chart.ToPng());
        (image.Width, image.Height).Should().Be((600, 400), "by default it has two pixels for one");
        image.Pixels.Count(pixel => pixel == SKColor.Parse("#3A4250")).Should().BeGreaterThan(50, "the first series is there");
        image.Pixels.Count(pixel => pixel == SKColor.Parse("#0069AD")).Should().BeGreaterThan(50, "and the second");
    }

    [Fact]
    public void Themes_are_dark_on_light_and_light_on_dark()
    {
        using var light = SKBitmap.Decode(Sample.Lines.ToPng());
        using var dark = SKBitmap.Decode(Sample.Lines.ToPng(ChartTheme.Dark));
        Lightness(light.Pixels[0]).Should().BeGreaterThan(0.95f);
        Lightness(dark.Pixels[0]).Should().BeLessThan(0.15f);
        light.Pixels.Min(Lightness).Should().BeLessThan(0.35f);
        dark.Pixels.Max(Lightness).Should().BeGreaterThan(0.8f);
    }

    [Fact]
    public void A_scale_makes_the_same_picture_larger()
    {
        using var one = SKBitmap.Decode(Sample.Lines.ToPng(scale: 1));
        using var two = SKBitmap.Decode(Sample.Lines.ToPng(scale: 2));
        using var half = two.Resize(one.Info, new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        one.Pixels.Zip(half.Pixels, (a, b) => Math.Abs(Lightness(a) - Lightness(b))).Average().Should().BeLessThan(0.01f);
    }

    [Fact]
    public void Lines_are_dashed()
    {
        var two = new LineChart("", "", "",
            [Series.Of("solid", [(0, 1), (100, 1)]), Series.Of("dashed", [(0, 0), (100, 0)])]);
        using var image = SKBitmap.Decode(two.ToPng());
        Across(image, "#3A4250").Should().BeGreaterThan(1.3 * Across(image, "#0069AD"));

        static double Across(SKBitmap image, string color) => Enumerable.Range(0, image.Height)
            .Max(y => Enumerable.Range(0, image.Width).Count(x => image.GetPixel(x, y) == SKColor.Parse(color)));
    }

    [Theory]
    [InlineData(0.09)]
    [InlineData(10.1)]
    [InlineData(double.NaN)]
    public void A_scale_out_of_range_is_refused(double scale) =>
        FluentActions.Invoking(() => Sample.Lines.ToPng(scale: scale)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage($"scale must lie in [[]0.1, 10], but is {scale}.*".Replace("[[]", "["));

    [Theory]
    [InlineData(ChartTheme.Automatic)]
    [InlineData((ChartTheme)9)]
    public void Only_an_SVG_can_follow_the_reader(ChartTheme theme) =>
        FluentActions.Invoking(() => Sample.Lines.ToPng(theme)).Should().Throw<ArgumentException>()
            .WithMessage($"theme must be Light or Dark for what is no SVG, but is {theme}.*");

    [Fact]
    public void A_plot_can_be_changed_by_its_owner()
    {
        using var plot = Sample.Lines.ToPlot();
        plot.Axes.SetLimitsY(0, 100);
        plot.GetSvgXml(300, 200).Should().Contain("100");
    }

    private static float Lightness(SKColor color)
    {
        color.ToHsl(out _, out _, out float lightness);
        return lightness / 100;
    }
}
