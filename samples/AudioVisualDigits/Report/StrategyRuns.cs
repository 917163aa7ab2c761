using AudioVisualDigits.Results;
using ModalityBalance.Plots;

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
    public Series Curve(Func<RunRecord, IEnumerable<(double X, double Y)>> points) => Curve(Name, Look, points);

    /// <summary>Gets a curve: the mean over the seeds, and a band from the lowest to the highest if there are several.
    /// Where no seed has a value, there is none.</summary>
    /// <param name="name">For the legend.</param>
    /// <param name="look">Its color and line style.</param>
    /// <param name="points">The points of a run.</param>
    public Series Curve(string name, int look, Func<RunRecord, IEnumerable<(double X, double Y)>> points) =>
        Series.OfRuns(name, [.. Runs.Select(points)]) with { Look = look };
}
