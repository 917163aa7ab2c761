namespace AudioVisualDigits.Report.Charts;

/// <summary>The distance between ticks: 1, 2 or 5 times a power of ten.</summary>
/// <param name="Mantissa">1, 2 or 5.</param>
/// <param name="Exponent">The power of ten.</param>
internal readonly record struct TickStep(int Mantissa, int Exponent)
{
    private const int MostDecimals = 4;
    private const int MostDigits = 6;

    // A tick that misses an end of the range by rounding alone belongs to it.
    private const double Slack = 1e-9;

    /// <summary>Gets the smallest step that divides a range into few parts.</summary>
    /// <param name="span">Length of the range, above 0.</param>
    /// <param name="most">Parts at the most, at least 1.</param>
    /// <param name="whole">Whether only whole numbers are wanted.</param>
    public static TickStep For(double span, int most, bool whole = false)
    {
        int exponent = (int)Math.Floor(Math.Log10(span / most)) - 1;
        var steps = from power in Enumerable.Range(whole ? Math.Max(0, exponent) : exponent, 5)
                    from mantissa in new[] { 1, 2, 5 }
                    select new TickStep(mantissa, power);
        return steps.First(step => span / step.Times(1) <= most + Slack);
    }

    /// <summary>Gets the ticks in a range, its ends included.</summary>
    public IReadOnlyList<Tick> Within(double low, double high)
    {
        var step = this;
        long first = (long)Math.Ceiling((low / Times(1)) - Slack);
        long last = (long)Math.Floor((high / Times(1)) + Slack);
        return [.. Range(first, last).Select(i => new Tick(step.Times(i), step.Text(i)))];
    }

    /// <summary>Widens a range to the ticks around it.</summary>
    public (double Low, double High) Around(double low, double high) => (
        Times((long)Math.Floor((low / Times(1)) + Slack)),
        Times((long)Math.Ceiling((high / Times(1)) - Slack)));

    // Dividing rounds once, where a factor like 0.1 would be wrong already.
    private double Times(long count) =>
        Exponent < 0 ? count * Mantissa / Math.Pow(10, -Exponent) : count * Mantissa * Math.Pow(10, Exponent);

    private string Text(long count) => Exponent is >= -MostDecimals and < MostDigits
        ? Times(count).ToString($"F{Math.Max(0, -Exponent)}")
        : Times(count).ToString("0.##e0");

    private static IEnumerable<long> Range(long first, long last)
    {
        for (long i = first; i <= last; i++)
            yield return i;
    }
}

/// <summary>A mark on an axis.</summary>
/// <param name="Value">Where it is.</param>
/// <param name="Text">What stands beside it.</param>
internal readonly record struct Tick(double Value, string Text);
