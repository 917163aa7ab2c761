namespace AudioVisualDigits.Report.Charts;

/// <summary>A named curve.</summary>
/// <param name="Name">For the legend.</param>
/// <param name="Look">Which color and line style; they repeat after <see cref="Looks"/>.</param>
/// <param name="Points">In ascending order of X.</param>
/// <param name="Shape">How the points are joined.</param>
internal sealed record Curve(
    string Name, int Look, IReadOnlyList<CurvePoint> Points, CurveShape Shape = CurveShape.Line)
{
    /// <summary>Colors and line styles that the style sheet tells apart.</summary>
    public const int Looks = 8;

    /// <summary>Gets the class that gives a drawing the curve's color and line style.</summary>
    public string Class => $"look-{Look % Looks}";
}

/// <summary>How the points of a curve are joined.</summary>
internal enum CurveShape
{
    /// <summary>By straight lines.</summary>
    Line,

    /// <summary>Each value holds until the next point.</summary>
    Steps,
}

/// <summary>A point of a curve.</summary>
/// <param name="X">Where it is.</param>
/// <param name="Y">The value; one that is not finite is absent and breaks the curve.</param>
/// <param name="Low">The lower end of the band around the curve; NaN without one.</param>
/// <param name="High">The upper end; NaN without one.</param>
internal readonly record struct CurvePoint(double X, double Y, double Low = double.NaN, double High = double.NaN)
{
    /// <summary>Gets whether there is a value.</summary>
    public bool HasValue => double.IsFinite(Y);

    /// <summary>Gets whether there is a band.</summary>
    public bool HasBand => double.IsFinite(Low) && double.IsFinite(High);

    /// <summary>Gets all finite values that an axis must show.</summary>
    public IEnumerable<double> Values => new[] { Y, Low, High }.Where(double.IsFinite);
}
