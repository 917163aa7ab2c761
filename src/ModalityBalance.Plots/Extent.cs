namespace ModalityBalance.Plots;

/// <summary>The range that an axis must show.</summary>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value, above <paramref name="Low"/>.</param>
internal readonly record struct Extent(double Low, double High)
{
    // Values closer to each other than this share of their size are one value.
    private const double Same = 1e-9;

    /// <summary>The extent of the finite values; around a single one; from 0 to 1 without any.</summary>
    public static Extent Of(IEnumerable<double> values)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0)
        {
            return new Extent(0, 1);
        }

        var (low, high) = (finite.Min(), finite.Max());
        double size = Math.Max(Math.Abs(low), Math.Abs(high));
        double room = size == 0 ? 0.5 : size / 10;
        return high - low > Same * size ? new Extent(low, high) : new Extent(low - room, high + room);
    }

    /// <summary>The extent with a margin at both ends.</summary>
    /// <param name="share">Of its length.</param>
    public Extent Widened(double share) => new(Low - (share * (High - Low)), High + (share * (High - Low)));
}
