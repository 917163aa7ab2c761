using AudioVisualDigits.Results;

namespace Papers;

/// <summary>The result of an experiment.</summary>
/// <param name="Columns">The names of the figures.</param>
/// <param name="Rows">One per method.</param>
internal sealed record ResultTable(IReadOnlyList<string> Columns, IReadOnlyList<ResultRow> Rows)
{
    /// <summary>Gets what the columns are positions of, where each row is a curve; null where the columns are figures of different
    /// kinds.</summary>
    public CurveAxes? Axes { get; init; }
}

/// <summary>The figures of one method.</summary>
/// <param name="Method">Its name.</param>
/// <param name="Values">One per column, over the seeds; null if there is none.</param>
internal sealed record ResultRow(string Method, IReadOnlyList<Statistic?> Values)
{
    /// <summary>Makes a row of figures that depend on no seed.</summary>
    public static ResultRow Of(string method, IEnumerable<double> values) =>
        new(method, [.. values.Select(value => new Statistic(value, Deviation: null))]);
}

/// <summary>The axes of curves.</summary>
/// <param name="X">The label of the horizontal axis.</param>
/// <param name="Y">The label of the vertical axis.</param>
/// <param name="Positions">Where the columns stand on the horizontal axis.</param>
internal sealed record CurveAxes(string X, string Y, IReadOnlyList<double> Positions);
