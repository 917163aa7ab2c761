namespace ModalityBalance.Benchmarks.Scaling;

/// <summary>The line that fits some points best, by least squares.</summary>
/// <param name="Intercept">Value at 0.</param>
/// <param name="Slope">Growth per unit.</param>
/// <param name="LargestMiss">Largest distance of a point from the line, relative to the line's value there.</param>
internal sealed record LinearFit(double Intercept, double Slope, double LargestMiss)
{
    public static LinearFit Of(IReadOnlyList<(double X, double Y)> points)
    {
        var (intercept, slope) = MathNet.Numerics.Fit.Line(
            points.Select(point => point.X).ToArray(), points.Select(point => point.Y).ToArray());
        return new LinearFit(intercept, slope, points.Max(p => Math.Abs((p.Y / (intercept + (slope * p.X))) - 1)));
    }
}
