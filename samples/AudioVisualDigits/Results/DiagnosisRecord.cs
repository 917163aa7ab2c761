using AudioVisualDigits.Data;
using AudioVisualDigits.Experiments;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;

namespace AudioVisualDigits.Results;

/// <summary>A diagnosis: everything needed to repeat it, and what came out. Scores are accuracies on the samples of the
/// training split that were kept apart, whose share is the settings' validation share.</summary>
internal sealed record DiagnosisRecord(
    IReadOnlyList<string> CommandLine,
    TaskRecord Task,
    RunSettings Settings,
    int Seed,
    EnvironmentRecord Environment,
    string? Starved,
    string PrioritizedByG2D,
    AlphaShares? Alpha,
    AlphaShares? SuggestedAlpha,
    IReadOnlyList<ModalityDiagnosisRecord> Modalities,
    IReadOnlyList<FindingRecord> Findings,
    IReadOnlyList<AdviceRecord> Advice)
{
    /// <summary>Puts a record together.</summary>
    public static DiagnosisRecord Of(
        IReadOnlyList<string> arguments,
        AudioVisualDigitSet digits,
        StudyPlan plan,
        BalanceDiagnosis diagnosis,
        BalanceReport report) => new(
            arguments,
            TaskRecord.Of(digits),
            plan.Settings,
            plan.Seeds[0],
            EnvironmentRecord.Current,
            diagnosis.Starved is { } starved ? diagnosis.Modalities[starved].Name : null,
            diagnosis.Modalities[diagnosis.PrioritizedByG2D].Name,
            diagnosis.Alpha,
            diagnosis.SuggestedAlpha,
            [.. diagnosis.Modalities.Zip(report.Modalities, ModalityDiagnosisRecord.Of)],
            [.. diagnosis.Findings.Select(finding => new FindingRecord(
                finding.Kind.ToString(), finding.IsWarning, finding.Text, finding.Rule))],
            [.. diagnosis.Advice.Select(advice => new AdviceRecord(
                StrategyRegistry.NameOf(advice.Strategy), advice.Reason))]);
}

/// <summary>What joint training made of one modality.</summary>
internal sealed record ModalityDiagnosisRecord(
    string Name,
    double TeacherProbe,
    double JointProbe,
    double Constant,
    double LostShare,
    bool IsStarved,
    double TeacherConfidence,
    ConflictSummary? Gradients,
    double? HeadAccuracy,
    double? TeacherAccuracy,
    double? Confidence,
    double? ConfidenceRatio,
    double? Alignment,
    double Shapley)
{
    /// <summary>Keeps what is worth a record.</summary>
    public static ModalityDiagnosisRecord Of(ModalityDiagnosis modality, ModalityReport report) => new(
        modality.Name,
        modality.TeacherProbe.Primary,
        modality.JointProbe.Primary,
        modality.Constant.Primary,
        modality.LostShare,
        modality.IsStarved,
        modality.TeacherConfidence,
        modality.Gradients,
        report.Head?.Primary,
        report.Teacher?.Primary,
        report.Confidence,
        report.ConfidenceRatio,
        report.Alignment,
        report.Shapley);
}

/// <summary>One thing that was found.</summary>
internal sealed record FindingRecord(string Kind, bool IsWarning, string Text, string Rule);

/// <summary>One strategy to try.</summary>
internal sealed record AdviceRecord(string Strategy, string Reason);
