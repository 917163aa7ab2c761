using AudioVisualDigits.Report.Charts;
using AudioVisualDigits.Results;

namespace AudioVisualDigits.Report;

/// <summary>All runs of one strategy, as the charts show them.</summary>
/// <param name="Name">The strategy.</param>
/// <param name="Look">Its color and line style, the same in every chart.</param>
/// <param name="Runs">One per seed.</param>
internal sealed record StrategyRuns(string Name, int Look, IReadOnlyList<RunRecord> Runs)
{
    /// <summary>Gets the strategies of a study, in its order.</summary>
    public static IReadOnlyList<StrategyRuns> Of(StudyRecord study) =>
        [.. study.Strategies.Select((name, i) => new StrategyRuns(
            name, i, [.. study.Runs.Where(run => run.Strategy == name)]))];

    /// <summary>Gets the strategy's own curve.</summary>
    /// <param name="points">The points of a run.</param>
    public Curve Curve(Func<RunRecord, IEnumerable<(double X, double Y)>> points) => Curve(Name, Look, points);

    /// <summary>Gets a curve: the mean over the seeds, and a band from the lowest to the highest if there are several.
    /// Where no seed has a value, there is none.</summary>
    /// <param name="name">For the legend.</param>
    /// <param name="look">Its color and line style.</param>
    /// <param name="points">The points of a run.</param>
    public Curve Curve(string name, int look, Func<RunRecord, IEnumerable<(double X, double Y)>> points) => new(
        name,
        look,
        [
            .. from point in Runs.SelectMany(points)
               group point.Y by point.X into values
               orderby values.Key
               select Mean(values),
        ]);

    private CurvePoint Mean(IGrouping<double, double> group)
    {
        double[] values = [.. group.Where(double.IsFinite)];
        if (values.Length == 0)
            return new CurvePoint(group.Key, double.NaN);
        return Runs.Count == 1
            ? new CurvePoint(group.Key, values[0])
            : new CurvePoint(group.Key, values.Average(), values.Min(), values.Max());
    }
}
