using System.Xml.Linq;
using AudioVisualDigits.Results;
using ModalityBalance.Plots;

namespace AudioVisualDigits.Report;

/// <summary>What the fused prediction is worth where modalities are missing.</summary>
internal static class MissingSection
{
    /// <summary>Gets the section; null if no fused prediction was trained.</summary>
    public static XElement? Of(StudyRecord study, IReadOnlyList<StrategyRuns> strategies)
    {
        if (study.Runs.FirstOrDefault(run => run.Missing is not null)?.Missing is not { } any)
            return null;
        return ReportSection.Of(
            "Missing modalities",
            "Accuracy of the fused prediction on the test split, from the trained network as it is: with each modality "
                + "of each sample missing at random, though never a sample's last one, and with the same modalities "
                + "there for every sample.",
            ReportSection.Charts([Rates(strategies)]),
            ReportSection.Table(
                $"Fused accuracy in % by the modalities that are there{ComparisonSection.OverSeeds(study)}",
                ["strategy", .. any.Subsets.Select(subset => string.Join(" + ", subset.Modalities))],
                strategies.Select(strategy => Cells(strategy, any.Subsets.Count))));
    }

    private static LineChart Rates(IReadOnlyList<StrategyRuns> strategies) => new(
        "Fused accuracy over the rate of missing modalities",
        "rate of missing modalities in %",
        "accuracy in %",
        [.. strategies.Where(strategy => strategy.Runs[0].Missing is not null).Select(strategy => strategy.Curve(run =>
            run.Missing!.Rates.Select(score => (100 * score.Rate, 100 * score.Accuracy))))]);

    private static IEnumerable<string> Cells(StrategyRuns strategy, int subsets) =>
    [
        strategy.Name,
        .. Enumerable.Range(0, subsets).Select(i => ComparisonCells.Percent(
            Statistic.OfAll([.. strategy.Runs.Select(run => run.Missing?.Subsets[i].Accuracy)]))),
    ];
}
