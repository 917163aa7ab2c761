namespace AudioVisualDigits.Results;

/// <summary>Strategies side by side, as text: accuracies in percent, a column of costs when there is anything to
/// compare them with.</summary>
/// <param name="summaries">At least one; a row each.</param>
internal sealed class ComparisonCells(IReadOnlyList<StrategySummary> summaries)
{
    private readonly bool _hasCost = summaries.All(summary => summary.CostAgainstJoint is not null);

    /// <summary>Gets the header of each column.</summary>
    public IEnumerable<string> Headers
    {
        get
        {
            yield return "strategy";
            yield return "fused";
            foreach (var modality in summaries[0].Modalities)
            {
                yield return $"{modality.Name} head";
                yield return $"{modality.Name} probe";
            }

            yield return "s/epoch";
            if (_hasCost)
                yield return "cost";
        }
    }

    /// <summary>Gets the cells of each row.</summary>
    public IEnumerable<string[]> Rows => summaries.Select(summary => Row(summary).ToArray());

    private IEnumerable<string> Row(StrategySummary summary)
    {
        yield return summary.Strategy;
        yield return Percent(summary.FusedAccuracy);
        foreach (var modality in summary.Modalities)
        {
            yield return Percent(modality.HeadAccuracy);
            yield return Percent(modality.ProbeAccuracy);
        }

        yield return Text(summary.SecondsPerEpoch, 1);
        if (_hasCost)
            yield return Text(summary.CostAgainstJoint!, 1);
    }

    /// <summary>Gets an accuracy in percent, with its deviation where there are several seeds.</summary>
    public static string Percent(Statistic? share) => share is null ? RunText.Untrained : Text(share, 100);

    private static string Text(Statistic figure, double scale) =>
        figure.Deviation is { } deviation
            ? $"{scale * figure.Mean:F2} ± {scale * deviation:F2}"
            : $"{scale * figure.Mean:F2}";
}
