namespace ModalityBalance.Plots;

/// <summary>A named curve of a <see cref="LineChart"/>.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Points">The points, in the order in which they are joined.</param>
public sealed record Series(string Name, IReadOnlyList<SeriesPoint> Points)
{
    /// <summary>The number of color, dashes and marker, at least 0, so that the same thing looks the same in several charts.
    /// <see langword="null"/>, the default, is the position in the chart.</summary>
    public int? Look { get; init; }

    /// <summary>Creates a curve of plain points.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="points">The points; a value that is not finite is absent and breaks the curve.</param>
    public static Series Of(string name, IEnumerable<(double X, double Y)> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return new Series(name, [.. points.Select(point => new SeriesPoint(point.X, point.Y))]);
    }

    /// <summary>Creates the mean curve of several runs, such as those of several seeds, with a band from the lowest to the
    /// highest run. One run has no band.</summary>
    /// <param name="name">The name in the legend.</param>
    /// <param name="runs">The points of each run. Values of one X belong together; those that are not finite do not
    /// count.</param>
    public static Series OfRuns(string name, params IReadOnlyList<IEnumerable<(double X, double Y)>> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        return new Series(name, [.. runs.SelectMany(run => run).GroupBy(point => point.X, point => point.Y)
            .OrderBy(values => values.Key).Select(values => Mean(values.Key, [.. values.Where(double.IsFinite)]))]);

        SeriesPoint Mean(double x, double[] values) => values.Length == 0
            ? new SeriesPoint(x, double.NaN)
            : runs.Count == 1
                ? new SeriesPoint(x, values.Average())
                : new SeriesPoint(x, values.Average(), values.Min(), values.Max());
    }
}

/// <summary>A point of a curve.</summary>
/// <param name="X">The position, finite.</param>
/// <param name="Y">The value. One that is not finite is absent and breaks the curve.</param>
/// <param name="Low">The lower end of the band around the curve, or NaN without a band.</param>
/// <param name="High">The upper end of the band, or NaN without a band.</param>
public readonly record struct SeriesPoint(double X, double Y, double Low = double.NaN, double High = double.NaN)
{
    internal bool HasValue => double.IsFinite(Y);

    internal bool HasBand => double.IsFinite(Low) && double.IsFinite(High);
}
