using System.Globalization;

namespace ModalityBalance.Diagnosis;

/// <summary>A diagnosis in sentences.</summary>
internal static class DiagnosisText
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static IEnumerable<Finding> Findings(BalanceDiagnosis diagnosis) =>
    [
        .. diagnosis.Modalities.Select(Starvation),
        Prioritisation(diagnosis),
        .. Alpha(diagnosis),
        .. diagnosis.Modalities.Where(modality => modality.Gradients is not null).Select(Conflict),
    ];

    private static Finding Starvation(ModalityDiagnosis modality) => new(
        FindingKind.Starvation,
        modality.IsStarved,
        string.Create(Invariant, $"{modality.Name} is {(modality.IsStarved ? "starved" : "not starved")}: a linear probe on "
            + $"{modality.JointProbe.Samples} held-out samples scores {modality.JointProbe.Primary:F3} on the joint "
            + $"model's representations and {modality.TeacherProbe.Primary:F3} on its teacher's, a constant "
            + $"{modality.Constant.Primary:F3}: {Percent(modality.LostShare)} of what the teacher knows is lost."),
        "Starved from a lost share of DiagnosisOptions.StarvedFrom on; for accuracies, if the difference also exceeds "
        + "1 / sqrt(samples).");

    private static Finding Prioritisation(BalanceDiagnosis diagnosis)
    {
        string first = diagnosis.Modalities[diagnosis.PrioritisedByG2D].Name;
        string confidences = string.Join(
            ", ", diagnosis.Modalities.Select(modality => string.Create(Invariant, $"{modality.Name} {modality.TeacherConfidence:F3}")));
        bool wrong = diagnosis.Starved is { } starved && starved != diagnosis.PrioritisedByG2D;
        string verdict = diagnosis.Starved is not { } most ? "Nothing starves."
            : wrong ? $"But {diagnosis.Modalities[most].Name} is the one that starves; G2D would hold it back."
            : "It is the one that starves.";
        return new Finding(
            FindingKind.Prioritisation,
            wrong,
            $"G2D would let {first} learn alone first (teacher confidences: {confidences}). {verdict}",
            "G2D prioritises the modality of the least confident teacher (Eq. 6), which helps if that one starves.");
    }

    private static IEnumerable<Finding> Alpha(BalanceDiagnosis diagnosis)
    {
        const string Rule = "Of 1, 1/2, 1/4, ... the largest scale whose share of alphas inside (0, 1) is within 0.01 of "
            + "the best. Measured on a network that does not distil, whose distance from its teachers is the greatest.";
        if (diagnosis is not { Alpha: { } paper, SuggestedAlpha: { } best })
        {
            yield break;
        }

        string suggestion = best.Scale == 1
            ? "No smaller scale does better."
            : string.Create(Invariant, $"DistillationScale {best.Scale} would leave {Percent(best.Inside)} inside and tie "
                + $"{Percent(best.Tied)} of the steps.");
        yield return new Finding(
            FindingKind.Alpha,
            paper.Tied > 0.5,
            $"With the paper's scale, I2MCL's alphas would be 0 in {Percent(paper.AtZero)} and 1 in "
            + $"{Percent(paper.AtOne)} of the cases, and tied in {Percent(paper.Tied)} of the steps, where the order of the "
            + $"modalities decides. {suggestion}",
            Rule);
    }

    private static Finding Conflict(ModalityDiagnosis modality)
    {
        var gradients = modality.Gradients!;
        string verdict = gradients.ConflictShare > 0 ? ""
            : " Without a conflict MMPareto equals Uniform with longer encoder steps.";
        return new Finding(
            FindingKind.Conflict,
            false,
            string.Create(Invariant, $"{modality.Name}: fused and own loss conflict in {Percent(gradients.ConflictShare)} of "
                + $"{gradients.Batches} measured steps (mean cosine {gradients.MeanCosine:F2}; mean lengths "
                + $"{gradients.MeanFusedNorm:G3} and {gradients.MeanOwnNorm:G3}).{verdict}"),
            "A conflict is a negative cosine of the two gradients of the encoder's parameters.");
    }

    private static string Percent(double share) => string.Create(Invariant, $"{100 * share:F1} %");
}
