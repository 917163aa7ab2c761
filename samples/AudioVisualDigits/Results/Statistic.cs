namespace AudioVisualDigits.Results;

/// <summary>A figure over several seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The sample standard deviation; null for a single value.</param>
internal sealed record Statistic(double Mean, double? Deviation)
{
    /// <summary>Gets the statistic of at least one value.</summary>
    public static Statistic Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return new Statistic(mean, values.Count > 1 ? Math.Sqrt(squares / (values.Count - 1)) : null);
    }

    /// <summary>Gets the statistic of values that are all there; null if any is not.</summary>
    public static Statistic? OfAll(IReadOnlyList<double?> values) =>
        values.Contains(null) ? null : Of([.. values.Select(value => value!.Value)]);

    /// <summary>Gets the middle value, or the mean of the two in the middle.</summary>
    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
