using System.Globalization;

namespace AudioVisualDigits.Report.Charts;

/// <summary>Curves as path data of SVG.</summary>
/// <param name="x">The horizontal scale.</param>
/// <param name="y">The vertical scale.</param>
internal sealed class CurvePath(Scale x, Scale y)
{
    /// <summary>Gets the curve itself, interrupted where values are absent; points without a neighbor are not in it.
    /// </summary>
    public string Line(Curve curve) => string.Concat(
        from run in Runs(curve.Points, point => point.HasValue)
        where run.Count > 1
        select Outline([.. run.Select(point => (point.X, point.Y))], curve.Shape));

    /// <summary>Gets the points without a neighbor.</summary>
    public IEnumerable<(string X, string Y)> Dots(Curve curve) =>
        from run in Runs(curve.Points, point => point.HasValue)
        where run.Count == 1
        select (Text(x.At(run[0].X)), Text(y.At(run[0].Y)));

    /// <summary>Gets the outline of the band, interrupted where there is none.</summary>
    public string Band(Curve curve) => string.Concat(
        from run in Runs(curve.Points, point => point.HasBand)
        select Outline(
        [
            .. run.Select(point => (point.X, point.High)),
            .. run.Reverse().Select(point => (point.X, point.Low)),
        ], CurveShape.Line) + "Z");

    /// <summary>Gets a coordinate as text.</summary>
    public static string Text(double coordinate) => coordinate.ToString("0.##", CultureInfo.InvariantCulture);

    private string Outline(IReadOnlyList<(double X, double Y)> points, CurveShape shape)
    {
        var rest = points.Skip(1).Select(point => shape == CurveShape.Steps
            ? $"H{Text(x.At(point.X))}V{Text(y.At(point.Y))}"
            : $"L{At(point)}");
        return $"M{At(points[0])}{string.Concat(rest)}";
    }

    private string At((double X, double Y) point) => $"{Text(x.At(point.X))} {Text(y.At(point.Y))}";

    private static IEnumerable<IReadOnlyList<CurvePoint>> Runs(
        IReadOnlyList<CurvePoint> points, Func<CurvePoint, bool> isThere)
    {
        var run = new List<CurvePoint>();
        foreach (var point in points)
        {
            if (isThere(point))
            {
                run.Add(point);
                continue;
            }

            if (run.Count > 0)
                yield return run;
            run = [];
        }

        if (run.Count > 0)
            yield return run;
    }
}
