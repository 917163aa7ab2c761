namespace ModalityBalance.Plots;

/// <summary>Bands that show which of a few choices was made when, such as the modality that G2D prioritizes. Every choice has a
/// lane, and several runs lie beside each other in it.</summary>
public sealed record LaneChart : Chart
{
    private const double LaneHeight = 0.8;

    /// <summary>Creates a chart.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="x">The label of the horizontal axis, with the unit.</param>
    /// <param name="lanes">The names of the choices, from below, at least one.</param>
    /// <param name="runs">The runs, at least one.</param>
    /// <exception cref="ArgumentException">There is no lane or no run, or a band is in no lane or has no length.</exception>
    public LaneChart(string title, string x, IReadOnlyList<string> lanes, IReadOnlyList<LaneRun> runs)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check.Parts(lanes, nameof(lanes), lane => lane);
        Check.Parts(runs, nameof(runs), run => run.Name);
        foreach (var (run, band) in runs.SelectMany(run => run.Bands.Select(band => (run, band))))
        {
            if (band.Lane < 0 || band.Lane >= lanes.Count)
            {
                throw new ArgumentException(
                    $"Lane of a band of run '{run.Name}' must lie in [0, {lanes.Count - 1}], but is {band.Lane}.", nameof(runs));
            }

            if (!(double.IsFinite(band.From) && double.IsFinite(band.To) && band.From < band.To))
            {
                throw new ArgumentException(
                    $"A band of run '{run.Name}' must end after it begins, but goes from {band.From} to {band.To}.",
                        nameof(runs));
            }
        }

        (X, Lanes, Runs) = (x, lanes, runs);
    }

    /// <summary>The label of the horizontal axis.</summary>
    public string X { get; }

    /// <summary>The names of the choices.</summary>
    public IReadOnlyList<string> Lanes { get; }

    /// <summary>The runs.</summary>
    public IReadOnlyList<LaneRun> Runs { get; }

    /// <inheritdoc/>
    public override string Description => $"Choices over {X}. {string.Join(' ', Runs.Select(Sentence))}";

    private protected override void Draw(ChartCanvas canvas)
    {
        canvas.SetAxes(X, "");
        double height = LaneHeight / Runs.Count;
        foreach (var (look, run) in Runs.Index())
        {
            var style = canvas.Bar(look);
            double offset = (((Runs.Count - 1) / 2.0) - look) * height;
            foreach (var band in run.Bands)
            {
                double middle = band.Lane + offset;
                var drawn = canvas.Plot.Add.Rectangle(band.From, band.To, middle - (0.45 * height), middle + (0.45 * height));
                (drawn.FillStyle, drawn.LineStyle) = style;
            }

            if (Runs.Count > 1)
            {
                canvas.AddToLegend(run.Name, bar: style);
            }
        }

        ChartCanvas.SetNames(canvas.Plot.Axes.Left, Lanes);
        canvas.Plot.Grid.YAxisStyle.IsVisible = false;
        ChartCanvas.SetTicks(canvas.Plot.Axes.Bottom, whole: false);
        var x = Extent.Of(Runs.SelectMany(run => run.Bands).SelectMany(band => new[] { band.From, band.To })).Widened(0.02);
        canvas.Plot.Axes.SetLimitsX(x.Low, x.High);
    }

    private string Sentence(LaneRun run)
    {
        double all = run.Bands.Sum(band => band.To - band.From);
        var shares = Lanes.Select((lane, i) => (
            lane, Share: run.Bands.Where(band => band.Lane == i).Sum(band => band.To - band.From) / all));
        return run.Bands.Count == 0
            ? $"{run.Name}: no values."
            : $"{run.Name}: {string.Join(", ", shares.Select(part => $"{part.lane} {Words.Percent(part.Share)}"))}.";
    }
}

/// <summary>The choices of one run.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Bands">The bands.</param>
public sealed record LaneRun(string Name, IReadOnlyList<LaneBand> Bands)
{
    /// <summary>Creates the bands of choices at points: each holds until the next point, the last one as long as the one before
    /// it.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="choices">Position and lane, in ascending order of the position. Without a lane there is a gap.</param>
    public static LaneRun Of(string name, IEnumerable<(double X, int? Lane)> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        (double X, int? Lane)[] points = [.. choices];
        double last = points.Length > 1 ? points[^1].X - points[^2].X : 1;
        var bands = new List<LaneBand>();
        foreach (var (i, (from, lane)) in points.Index())
        {
            double to = i + 1 < points.Length ? points[i + 1].X : from + last;
            if (lane is not { } there)
            {
                continue;
            }

            if (bands.Count > 0 && bands[^1].Lane == there && bands[^1].To == from)
            {
                bands[^1] = bands[^1] with { To = to };
            }
            else
            {
                bands.Add(new LaneBand(from, to, there));
            }
        }

        return new LaneRun(name, bands);
    }
}

/// <summary>The time of one choice.</summary>
/// <param name="From">The beginning.</param>
/// <param name="To">The end, after the beginning.</param>
/// <param name="Lane">The number of the lane, from 0.</param>
public readonly record struct LaneBand(double From, double To, int Lane);
