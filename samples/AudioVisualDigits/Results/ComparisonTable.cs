using Spectre.Console;

namespace AudioVisualDigits.Results;

/// <summary>Strategies side by side.</summary>
internal static class ComparisonTable
{
    /// <summary>Gets the table: accuracies in percent, a column of costs when there is anything to compare them with.
    /// </summary>
    /// <param name="summaries">At least one; a row each.</param>
    /// <param name="forTerminal">Whether it is drawn for a terminal, or written as Markdown.</param>
    public static Table Of(IReadOnlyList<StrategySummary> summaries, bool forTerminal)
    {
        var hasCost = summaries.All(summary => summary.CostAgainstJoint is not null);
        var table = new Table().Border(forTerminal ? TableBorder.Rounded : TableBorder.Markdown);
        table.AddColumn("strategy");
        foreach (var header in Headers(summaries[0], hasCost))
            table.AddColumn(new TableColumn(header).RightAligned());
        foreach (var summary in summaries)
            table.AddRow([.. Row(summary, hasCost)]);
        return table;
    }

    private static IEnumerable<string> Headers(StrategySummary any, bool hasCost)
    {
        yield return "fused";
        foreach (var modality in any.Modalities)
        {
            yield return $"{modality.Name} head";
            yield return $"{modality.Name} probe";
        }

        yield return "s/epoch";
        if (hasCost)
            yield return "cost";
    }

    private static IEnumerable<string> Row(StrategySummary summary, bool hasCost)
    {
        yield return summary.Strategy;
        yield return Percent(summary.FusedAccuracy);
        foreach (var modality in summary.Modalities)
        {
            yield return Percent(modality.HeadAccuracy);
            yield return Percent(modality.ProbeAccuracy);
        }

        yield return Text(summary.SecondsPerEpoch, 1);
        if (hasCost)
            yield return Text(summary.CostAgainstJoint!, 1);
    }

    private static string Percent(Statistic? share) => share is null ? RunText.Untrained : Text(share, 100);

    private static string Text(Statistic figure, double scale) =>
        figure.Deviation is { } deviation
            ? $"{scale * figure.Mean:F2} ± {scale * deviation:F2}"
            : $"{scale * figure.Mean:F2}";
}
