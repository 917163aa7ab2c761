using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Results;

/// <summary>All runs of one strategy in numbers.</summary>
/// <param name="Strategy">The strategy.</param>
/// <param name="FusedAccuracy">Accuracy of the fused prediction; null when nothing trained it.</param>
/// <param name="MacroF1">Macro F1 of the fused prediction; null when nothing trained it.</param>
/// <param name="Modalities">What each modality learned.</param>
/// <param name="SecondsPerEpoch">Time in training steps.</param>
/// <param name="CostAgainstJoint">Seconds per epoch over those of joint training with the same seed; null without joint
/// runs.</param>
internal sealed record StrategySummary(
    string Strategy,
    Statistic? FusedAccuracy,
    Statistic? MacroF1,
    IReadOnlyList<ModalitySummary> Modalities,
    Statistic SecondsPerEpoch,
    Statistic? CostAgainstJoint)
{
    /// <summary>Gets one summary per strategy, in the order of their first runs.</summary>
    public static IReadOnlyList<StrategySummary> Of(IReadOnlyList<RunRecord> runs)
    {
        var joint = runs.Where(run => run.Strategy == StrategyRegistry.Joint).ToDictionary(run => run.Seed);
        return [.. runs.GroupBy(run => run.Strategy).Select(group => Of(group.Key, [.. group], joint))];
    }

    private static StrategySummary Of(
        string strategy, IReadOnlyList<RunRecord> runs, Dictionary<int, RunRecord> joint)
    {
        double? Cost(RunRecord run) => run.SecondsPerEpoch / joint.GetValueOrDefault(run.Seed)?.SecondsPerEpoch;
        return new StrategySummary(
            strategy,
            Statistic.OfAll([.. runs.Select(run => run.FusedAccuracy)]),
            Statistic.OfAll([.. runs.Select(run => run.MacroF1)]),
            [.. runs[0].Modalities.Select((_, m) => ModalitySummary.Of([.. runs.Select(run => run.Modalities[m])]))],
            Statistic.Of([.. runs.Select(run => run.SecondsPerEpoch)]),
            Statistic.OfAll([.. runs.Select(Cost)]));
    }
}

/// <summary>What one modality learned in several runs.</summary>
/// <param name="Name">The modality.</param>
/// <param name="HeadAccuracy">Accuracy of its own prediction; null when nothing trained its head.</param>
/// <param name="ProbeAccuracy">Accuracy of a linear probe on its representations.</param>
internal sealed record ModalitySummary(string Name, Statistic? HeadAccuracy, Statistic ProbeAccuracy)
{
    /// <summary>Gets the summary of one modality's records.</summary>
    public static ModalitySummary Of(IReadOnlyList<ModalityRecord> records) => new(
        records[0].Name,
        Statistic.OfAll([.. records.Select(record => record.HeadAccuracy)]),
        Statistic.Of([.. records.Select(record => record.ProbeAccuracy)]));
}
