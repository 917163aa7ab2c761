namespace ModalityBalance.Plots;

/// <summary>Points in groups, such as representations of each class.</summary>
public sealed record ScatterChart : Chart
{
    /// <summary>Creates a chart.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="x">The label of the horizontal axis, with the unit.</param>
    /// <param name="y">The label of the vertical axis, with the unit.</param>
    /// <param name="groups">The groups, at least one.</param>
    /// <exception cref="ArgumentException">There is no group, or a point is not finite.</exception>
    public ScatterChart(string title, string x, string y, IReadOnlyList<PointGroup> groups)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        Check.Parts(groups, nameof(groups), group => group.Name);
        foreach (var group in groups)
        {
            Check.Finite(group.Points.Select(point => point.X), $"X of group '{group.Name}'", nameof(groups));
            Check.Finite(group.Points.Select(point => point.Y), $"Y of group '{group.Name}'", nameof(groups));
        }

        (X, Y, Groups) = (x, y, groups);
    }

    /// <summary>The label of the horizontal axis.</summary>
    public string X { get; }

    /// <summary>The label of the vertical axis.</summary>
    public string Y { get; }

    /// <summary>The groups.</summary>
    public IReadOnlyList<PointGroup> Groups { get; }

    /// <inheritdoc/>
    public override string Description => $"{Y} over {X}. " + string.Join(' ', Groups.Select(group => group.Points.Count == 0
        ? $"{group.Name}: no points."
        : $"{group.Name}: {group.Points.Count} points around {Words.Number(group.Points.Average(point => point.X))}, "
            + $"{Words.Number(group.Points.Average(point => point.Y))}."));

    private protected override void Draw(ChartCanvas canvas)
    {
        canvas.SetAxes(X, Y);
        foreach (var (look, group) in Groups.Index())
        {
            var style = canvas.Marker(look);
            if (group.Points.Count > 0)
            {
                canvas.Plot.Add.Markers(
                    group.Points.Select(point => new ScottPlot.Coordinates(point.X, point.Y)).ToArray()).MarkerStyle = style;
            }

            canvas.AddToLegend(group.Name, marker: style);
        }

        ChartCanvas.SetTicks(canvas.Plot.Axes.Bottom, whole: false);
        ChartCanvas.SetTicks(canvas.Plot.Axes.Left, whole: false);
        var x = Extent.Of(Groups.SelectMany(group => group.Points).Select(point => point.X)).Widened(0.04);
        var y = Extent.Of(Groups.SelectMany(group => group.Points).Select(point => point.Y)).Widened(0.04);
        canvas.Plot.Axes.SetLimits(x.Low, x.High, y.Low, y.High);
    }
}

/// <summary>Points that belong together.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Points">The points, finite.</param>
public sealed record PointGroup(string Name, IReadOnlyList<(double X, double Y)> Points);
