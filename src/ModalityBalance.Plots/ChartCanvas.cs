using ScottPlot;
using ScottPlot.LegendLayouts;
using ScottPlot.TickGenerators;

namespace ModalityBalance.Plots;

/// <summary>A plot in the look of this package, while data is added to it.</summary>
/// <param name="chart">What is drawn.</param>
/// <param name="palette">Its colors.</param>
/// <param name="dashes">Whether lines are dashed; an SVG gets its dashes afterwards.</param>
internal sealed class ChartCanvas(Chart chart, Palette palette, bool dashes)
{
    /// <summary>The width of the lines of data, which nothing else has.</summary>
    public const float LineWidth = 2;

    /// <summary>The opacity of bands and pale bars.</summary>
    public const double Pale = 0.2;

    private const float MarkerSize = 7;
    private const float TitleSize = 15;
    private const float LabelSize = 13;
    private const float TickSize = 12;

    // Beside the data: labels of the vertical axis and the margin at the right.
    private const float LegendMargin = 84;

    private readonly List<LegendItem> _legend = [];

    public Plot Plot { get; } = new();

    public Palette Palette => palette;

    public LineStyle Line(int look) => new()
    {
        Width = LineWidth,
        Color = palette.Color(look),
        Pattern = dashes ? new LinePattern([.. Palette.Dashes(look)], 0, $"look {look}") : LinePattern.Solid,
    };

    public MarkerStyle Marker(int look) => new(Palette.Marker(look), MarkerSize, palette.Color(look));

    /// <summary>The fill and outline of the bars of one series: filled, pale, empty, half.</summary>
    public (FillStyle Fill, LineStyle Outline) Bar(int look)
    {
        double[] opacities = [1, Pale, 0, 0.6];
        return (
            new FillStyle { Color = palette.Color(look).WithAlpha(opacities[look % opacities.Length]) },
            new LineStyle { Width = 1.5f, Color = palette.Color(look) });
    }

    public void AddToLegend(
        string name, LineStyle? line = null, MarkerStyle? marker = null, (FillStyle Fill, LineStyle Outline)? bar = null)
    {
        _legend.Add(new LegendItem
        {
            LabelText = ChartFont.Drawable(name),
            LineStyle = line ?? LineStyle.None,
            MarkerStyle = marker ?? MarkerStyle.None,
            FillStyle = bar?.Fill ?? new FillStyle { IsVisible = false },
            OutlineStyle = bar?.Outline ?? LineStyle.None,
        });
    }

    public void SetAxes(string x, string y)
    {
        Set(Plot.Axes.Bottom.Label, x);
        Set(Plot.Axes.Left.Label, y);
    }

    /// <summary>Ticks at round numbers; whole ones where only those have a meaning.</summary>
    public static void SetTicks(IAxis axis, bool whole) => axis.TickGenerator = new NumericAutomatic
    {
        IntegerTicksOnly = whole,
        MinorTickGenerator = new EvenlySpacedMinorTickGenerator(1),
        TickDensity = 0.7,
    };

    /// <summary>Names at 0, 1, and so on, in a range that has half a step beside the first and the last.</summary>
    public static void SetNames(IAxis axis, IReadOnlyList<string> names)
    {
        axis.TickGenerator = new NumericManual(
            [.. Enumerable.Range(0, names.Count).Select(i => (double)i)], [.. names.Select(ChartFont.Drawable)]);
        (axis.Min, axis.Max) = (-0.5, names.Count - 0.5);
        axis.MajorTickStyle.Length = 0;
    }

    public Plot Finish()
    {
        var (text, quiet) = (Color.FromHex(palette.Text), Color.FromHex(palette.Quiet));
        Plot.FigureBackground.Color = Color.FromHex(palette.Background);
        Plot.DataBackground.Color = Colors.Transparent;
        Plot.Axes.Color(quiet);
        Plot.Grid.MajorLineColor = Color.FromHex(palette.Grid);
        Plot.Axes.Top.FrameLineStyle.IsVisible = Plot.Axes.Right.FrameLineStyle.IsVisible = false;
        if (chart.DrawsTitle)
        {
            Set(Plot.Axes.Title.Label, chart.Title, TitleSize);
            Plot.Axes.Title.Label.ForeColor = text;
        }

        foreach (var axis in new IAxis[] { Plot.Axes.Bottom, Plot.Axes.Left })
        {
            (axis.TickLabelStyle.Font, axis.TickLabelStyle.FontSize) = (ChartFont.Typeface, TickSize);
        }

        if (_legend.Count > 0)
        {
            AddLegend(quiet);
        }

        return Plot;
    }

    /// <summary>Sets text and font of a label.</summary>
    public static void Set(LabelStyle label, string text, float size = LabelSize)
    {
        (label.Text, label.Font, label.FontSize, label.Bold) = (ChartFont.Drawable(text), ChartFont.Typeface, size, false);
    }

    private void AddLegend(Color color)
    {
        foreach (var item in _legend)
        {
            Set(item.LabelStyle, item.LabelText, TickSize);
            item.LabelStyle.ForeColor = color;
        }

        var legend = Plot.Legend;
        legend.DisplayPlottableLegendItems = false;
        legend.ManualItems.AddRange(_legend);
        legend.Layout = new Rows(chart.Width - LegendMargin);
        legend.TightHorizontalWrapping = true;
        legend.SymbolWidth = _legend.All(item => item.LineStyle.Width == 0 && item.OutlineStyle.Width == 0) ? 12 : 36;
        legend.InterItemPadding = new PixelPadding(14, 14, 4, 4);
        legend.BackgroundColor = legend.ShadowColor = legend.OutlineColor = Colors.Transparent;
        Plot.ShowLegend(Edge.Bottom).Padding = new PixelPadding(0, 4);
    }

    /// <summary>A legend in as many rows as it needs. The library's own layout is measured without a limit, in one row.</summary>
    private sealed class Rows(float width) : ILegendLayout
    {
        private readonly Wrapping _wrapping = new();

        public LegendLayout GetLayout(Legend legend, LegendItem[] items, PixelSize maxSize, Paint paint) =>
            _wrapping.GetLayout(legend, items, new PixelSize(width, float.PositiveInfinity), paint);
    }
}
