namespace ModalityBalance.Benchmarks.Steps;

/// <summary>The middle of some numbers.</summary>
internal static class Median
{
    public static double Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Of the ratios of two lists, number by number.</summary>
    public static double OfRatios(IEnumerable<double> values, IEnumerable<double> yardstick) =>
        Of(values.Zip(yardstick, (own, other) => own / other));
}
