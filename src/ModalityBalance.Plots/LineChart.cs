using ScottPlot;

namespace ModalityBalance.Plots;

/// <summary>Curves over a common axis, each with an optional band.</summary>
public sealed record LineChart : Chart
{
    // Markers on a long curve: enough to follow it, too few to hide it.
    private const int MostMarkers = 9;

    // A curve of at most so many points shows each.
    private const int FewPoints = 20;

    /// <summary>Creates a chart.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="x">The label of the horizontal axis, with the unit. Ticks are whole numbers where all positions are.</param>
    /// <param name="y">The label of the vertical axis, with the unit.</param>
    /// <param name="series">The curves, at least one.</param>
    /// <exception cref="ArgumentException">There is no curve, or one is incomplete or at a position that is not
    /// finite.</exception>
    public LineChart(string title, string x, string y, IReadOnlyList<Series> series)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Check.Parts(series, nameof(series), one => one.Name);
        foreach (var one in series)
        {
            Check.Finite(one.Points.Select(point => point.X), $"X of series '{one.Name}'", nameof(series));
            if (one.Look < 0)
            {
                throw new ArgumentException($"Look of series '{one.Name}' must be at least 0, but is {one.Look}.",
                    nameof(series));
            }
        }

        (X, Y, Series) = (x, y, series);
    }

    /// <summary>The label of the horizontal axis.</summary>
    public string X { get; }

    /// <summary>The label of the vertical axis.</summary>
    public string Y { get; }

    /// <summary>The curves.</summary>
    public IReadOnlyList<Series> Series { get; }

    /// <summary>A value at which a line is drawn across, such as the cosine of 0 below which gradients conflict. None by default.
    /// </summary>
    public double? Reference { get; init; }

    /// <inheritdoc/>
    public override string Description => $"{Y} over {X}. {string.Join(' ', Series.Select(Words.Of))}";

    private protected override void Draw(ChartCanvas canvas)
    {
        canvas.SetAxes(X, Y);
        if (Reference is { } value)
        {
            canvas.Plot.Add.HorizontalLine(value, 1, Color.FromHex(canvas.Palette.Quiet));
        }

        foreach (var (series, look) in Looks())
        {
            Bands(canvas, series, look);
        }

        foreach (var (series, look) in Looks())
        {
            Curve(canvas, series, look);
            canvas.AddToLegend(series.Name, canvas.Line(look), canvas.Marker(look));
        }

        Scale(canvas.Plot);
    }

    private IEnumerable<(Series Series, int Look)> Looks() => Series.Select((series, i) => (series, series.Look ?? i));

    private static void Bands(ChartCanvas canvas, Series series, int look)
    {
        foreach (var run in Runs.Of(series.Points, point => point.HasBand))
        {
            var band = canvas.Plot.Add.FillY(
                [.. run.Select(point => point.X)], [.. run.Select(point => point.Low)], [.. run.Select(point => point.High)]);
            band.FillColor = canvas.Palette.Color(look).WithAlpha(ChartCanvas.Pale);
            band.LineWidth = band.MarkerSize = 0;
        }
    }

    private static void Curve(ChartCanvas canvas, Series series, int look)
    {
        foreach (var run in Runs.Of(series.Points, point => point.HasValue).Where(run => run.Count > 1))
        {
            var line = canvas.Plot.Add.Scatter(Coordinates(run));
            (line.LineStyle, line.MarkerStyle) = (canvas.Line(look), MarkerStyle.None);
        }

        if (Marked(series, look) is { Length: > 0 } marked)
        {
            canvas.Plot.Add.Markers(marked).MarkerStyle = canvas.Marker(look);
        }
    }

    /// <summary>The points that have a marker: all of a few, and of many some at equal distances, other ones for every look;
    /// always those without a neighbor, which no line shows.</summary>
    private static Coordinates[] Marked(Series series, int look)
    {
        SeriesPoint[] there = [.. series.Points.Where(point => point.HasValue)];
        int every = there.Length <= FewPoints ? 1 : there.Length / MostMarkers;
        var lonely = Runs.Of(series.Points, point => point.HasValue).Where(run => run.Count == 1).SelectMany(run => run);
        int first = look * every / Palette.Looks % every;
        return Coordinates(there.Where((_, i) => i % every == first).Union(lonely));
    }

    private static Coordinates[] Coordinates(IEnumerable<SeriesPoint> points) =>
        [.. points.Select(point => new Coordinates(point.X, point.Y))];

    private void Scale(Plot plot)
    {
        var points = Series.SelectMany(series => series.Points).ToArray();
        var x = Extent.Of(points.Select(point => point.X));
        var y = Extent.Of(points.SelectMany(point => new[] { point.Y, point.Low, point.High }).Append(Reference ?? double.NaN));
        ChartCanvas.SetTicks(plot.Axes.Bottom, whole: points.All(point => point.X == Math.Round(point.X)));
        ChartCanvas.SetTicks(plot.Axes.Left, whole: false);
        plot.Axes.SetLimits(x.Widened(0.02).Low, x.Widened(0.02).High, y.Widened(0.06).Low, y.Widened(0.06).High);
    }
}
