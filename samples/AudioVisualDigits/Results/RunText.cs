namespace AudioVisualDigits.Results;

/// <summary>A run in words.</summary>
internal static class RunText
{
    /// <summary>What stands in place of an accuracy that nothing was trained for.</summary>
    public const string Untrained = "untrained";

    /// <summary>Gets the run in one line.</summary>
    public static string Line(RunRecord run)
    {
        var probes = run.Modalities.Select(modality => $"{modality.Name} probe {Percent(modality.ProbeAccuracy)}");
        return $"{run.Strategy}, seed {run.Seed}: fused {Percent(run.FusedAccuracy)}, {string.Join(", ", probes)}, "
            + $"{run.SecondsPerEpoch:F2} s per epoch";
    }

    /// <summary>Gets the run's results on the test split, one line for the fusion and one per modality.</summary>
    public static IEnumerable<string> Lines(RunRecord run)
    {
        if (run.BestEpoch is { } best)
            yield return $"best epoch: {best + 1}";
        yield return $"fused: accuracy {Percent(run.FusedAccuracy)}, macro F1 {Percent(run.MacroF1)}";
        foreach (var modality in run.Modalities)
            yield return $"{modality.Name}: head {Percent(modality.HeadAccuracy)}, "
                + $"linear probe {Percent(modality.ProbeAccuracy)}";
    }

    private static string Percent(double? share) => share is null ? Untrained : $"{100 * share:F2} %";
}
