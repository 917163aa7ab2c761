namespace AudioVisualDigits.Results;

/// <summary>A diagnosis in words.</summary>
internal static class DiagnosisLines
{
    /// <summary>Gets one line per finding, then one per modality, then the strategies in their order.</summary>
    public static IEnumerable<string> Of(DiagnosisRecord record) =>
    [
        .. record.Findings.Select(finding => (finding.IsWarning ? "! " : "- ") + finding.Text),
        "",
        .. record.Modalities.Select(Part),
        "",
        "To try, in this order:",
        .. record.Advice.Select((advice, i) => $"{i + 1}. {advice.Strategy}: {advice.Reason}"),
    ];

    private static string Part(ModalityDiagnosisRecord modality) =>
        $"{modality.Name}: head {100 * modality.HeadAccuracy:F2} %, teacher {100 * modality.TeacherAccuracy:F2} %, "
        + $"confidence ratio {modality.ConfidenceRatio:F2}, alignment with the teacher {modality.Alignment:F2}, "
        + $"Shapley value {100 * modality.Shapley:F2} points";
}
