namespace AudioVisualDigits.Report.Charts;

/// <summary>Curves in words, for readers who do not see them.</summary>
internal static class CurveText
{
    /// <summary>Gets a curve in one sentence.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="y">What its values are.</param>
    public static string Of(Curve curve, Axis y)
    {
        CurvePoint[] points = [.. curve.Points.Where(point => point.HasValue)];
        if (points.Length == 0)
            return $"{curve.Name}: no values.";
        return $"{curve.Name}: {(y.HasNames ? Names(points, y) : Numbers(points))}.";
    }

    private static string Numbers(CurvePoint[] points)
    {
        var (first, last) = (points[0], points[^1]);
        return points.Length == 1
            ? $"{first.Y:G4} at {first.X:G6}"
            : $"from {first.Y:G4} at {first.X:G6} to {last.Y:G4} at {last.X:G6}, "
                + $"lowest {points.Min(point => point.Y):G4}, highest {points.Max(point => point.Y):G4}";
    }

    private static string Names(CurvePoint[] points, Axis y) => string.Join(", ", y.Ticks.Select(tick =>
        $"{tick.Text} at {points.Count(point => Math.Round(point.Y) == tick.Value)} of {points.Length} points"));
}
