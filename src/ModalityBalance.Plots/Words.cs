using System.Globalization;

namespace ModalityBalance.Plots;

/// <summary>Data in words, for readers who do not see a chart.</summary>
internal static class Words
{
    /// <summary>A curve in one sentence.</summary>
    public static string Of(Series series)
    {
        SeriesPoint[] points = [.. series.Points.Where(point => point.HasValue)];
        return points switch
        {
            [] => $"{series.Name}: no values.",
            [var one] => $"{series.Name}: {Number(one.Y)} at {Number(one.X)}.",
            [var first, .., var last] => $"{series.Name}: from {Number(first.Y)} at {Number(first.X)} to {Number(last.Y)} at "
                + $"{Number(last.X)}, lowest {Number(points.Min(point => point.Y))}, "
                + $"highest {Number(points.Max(point => point.Y))}.",
        };
    }

    /// <summary>A number of at most four digits.</summary>
    public static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("G4", CultureInfo.InvariantCulture) : "none";

    /// <summary>A share of 1 in percent.</summary>
    public static string Percent(double share) => $"{(100 * share).ToString("0.#", CultureInfo.InvariantCulture)} %";
}
