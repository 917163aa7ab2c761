namespace AudioVisualDigits.Report.Charts;

/// <summary>What one direction of a chart shows.</summary>
/// <param name="Label">Quantity and unit.</param>
/// <param name="Low">The smallest value shown.</param>
/// <param name="High">The largest value shown, above <paramref name="Low"/>.</param>
/// <param name="Ticks">The marks, ascending.</param>
internal sealed record Axis(string Label, double Low, double High, IReadOnlyList<Tick> Ticks)
{
    private const int MostParts = 6;

    // Values closer to each other than this share of their size are one value.
    private const double Same = 1e-9;

    /// <summary>Gets whether the values are names instead of numbers.</summary>
    public bool HasNames { get; private init; }

    /// <summary>Gets an axis of numbers, widened to ticks.</summary>
    /// <param name="label">Quantity and unit.</param>
    /// <param name="values">What it must show; those that are not finite do not count.</param>
    public static Axis Measuring(string label, IEnumerable<double> values)
    {
        var (low, high) = Extent(values);
        var step = TickStep.For(high - low, MostParts);
        (low, high) = step.Around(low, high);
        return new Axis(label, low, high, step.Within(low, high));
    }

    /// <summary>Gets an axis of whole numbers that begins and ends with the values.</summary>
    /// <inheritdoc cref="Measuring"/>
    public static Axis Counting(string label, IEnumerable<double> values)
    {
        var (low, high) = Extent(values);
        return new Axis(label, low, high, TickStep.For(high - low, MostParts, whole: true).Within(low, high));
    }

    /// <summary>Gets an axis of names: values around 0 are the first, those around 1 the next.</summary>
    public static Axis Naming(string label, IReadOnlyList<string> names) =>
        new(label, -0.5, names.Count - 0.5, [.. names.Select((name, i) => new Tick(i, name))]) { HasNames = true };

    private static (double Low, double High) Extent(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
            return (0, 1);
        var (low, high) = (finite.Min(), finite.Max());
        var size = Math.Max(Math.Abs(low), Math.Abs(high));
        if (high - low > Same * size)
            return (low, high);
        var room = size > 1 || size == 0 ? Math.Max(0.5, size * 0.1) : size / 2;
        return (low - room, high + room);
    }
}
