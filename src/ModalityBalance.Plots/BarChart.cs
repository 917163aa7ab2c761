using ScottPlot;

namespace ModalityBalance.Plots;

/// <summary>Groups of bars, such as scores of each modality. Every bar has its value above it.</summary>
public sealed record BarChart : Chart
{
    private const double GroupWidth = 0.8;
    private const float ValueSize = 11;

    /// <summary>Creates a chart.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="y">The label of the vertical axis, with the unit.</param>
    /// <param name="groups">The names of the groups, at least one.</param>
    /// <param name="series">The bars, at least one series, each with one value per group.</param>
    /// <exception cref="ArgumentException">There is no group or no series, or a series has more or fewer values than there are
    /// groups.</exception>
    public BarChart(string title, string y, IReadOnlyList<string> groups, IReadOnlyList<BarSeries> series)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(y);
        Check.Parts(groups, nameof(groups), group => group);
        Check.Parts(series, nameof(series), one => one.Name);
        foreach (var one in series)
        {
            Check.Count(one.Values.Count, groups.Count, $"Values of series '{one.Name}'", nameof(series));
        }

        (Y, Groups, Series) = (y, groups, series);
    }

    /// <summary>The label of the vertical axis.</summary>
    public string Y { get; }

    /// <summary>The names of the groups.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>The bars.</summary>
    public IReadOnlyList<BarSeries> Series { get; }

    /// <inheritdoc/>
    public override string Description => $"{Y}. " + string.Join(' ', Series.Select(series =>
        $"{series.Name}: {string.Join(", ", Groups.Zip(series.Values, (group, value) => $"{group} {Words.Number(value)}"))}."));

    private protected override void Draw(ChartCanvas canvas)
    {
        canvas.SetAxes("", Y);
        double width = GroupWidth / Series.Count;
        foreach (var (look, series) in Series.Index())
        {
            var style = canvas.Bar(look);
            double offset = (look - ((Series.Count - 1) / 2.0)) * width;
            Bar[] drawn = [.. series.Values.Index().Where(bar => double.IsFinite(bar.Item))
                .Select(bar => Bar(bar.Index + offset, bar.Item, 0.9 * width, style))];
            var bars = canvas.Plot.Add.Bars(drawn);
            ChartCanvas.Set(bars.ValueLabelStyle, "", ValueSize);
            bars.ValueLabelStyle.ForeColor = Color.FromHex(canvas.Palette.Quiet);
            if (Series.Count > 1)
            {
                canvas.AddToLegend(series.Name, bar: style);
            }
        }

        ChartCanvas.SetNames(canvas.Plot.Axes.Bottom, Groups);
        canvas.Plot.Grid.XAxisStyle.IsVisible = false;
        ChartCanvas.SetTicks(canvas.Plot.Axes.Left, whole: false);
        var y = Extent.Of(Series.SelectMany(series => series.Values).Append(0));
        canvas.Plot.Axes.SetLimitsY(y.Low < 0 ? y.Widened(0.12).Low : 0, y.High > 0 ? y.Widened(0.12).High : 0);
        canvas.Plot.Add.HorizontalLine(0, 1, Color.FromHex(canvas.Palette.Quiet));
    }

    private static Bar Bar(double position, double value, double width, (FillStyle Fill, LineStyle Outline) style) => new()
    {
        Position = position,
        Value = value,
        Size = width,
        FillStyle = style.Fill,
        LineStyle = style.Outline,
        ValueLabel = value.ToString("G3", System.Globalization.CultureInfo.InvariantCulture),
        LabelOffset = 3,
    };
}

/// <summary>The bars of one thing, one in each group.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Values">The values, in the order of the groups. One that is not finite has no bar.</param>
public sealed record BarSeries(string Name, IReadOnlyList<double> Values);
