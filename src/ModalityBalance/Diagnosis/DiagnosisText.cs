using System.Globalization;

namespace ModalityBalance.Diagnosis;

/// <summary>A diagnosis in sentences.</summary>
internal static class DiagnosisText
{
    private const double MostlyTied = 0.5;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static IEnumerable<Finding> Findings(BalanceDiagnosis diagnosis) =>
    [
        .. diagnosis.Modalities.Select(Starvation),
        Prioritization(diagnosis),
        .. Alpha(diagnosis),
        .. diagnosis.Modalities.Where(modality => modality.Gradients is not null).Select(Conflict),
    ];

    public static string Percent(double share) => string.Create(Invariant, $"{100 * share:F1} %");

    private static Finding Starvation(ModalityDiagnosis modality)
    {
        string scores = string.Create(
            Invariant,
            $"a linear probe on {modality.JointProbe.Samples} held-out samples scores {modality.JointProbe.Primary:F3} "
            + $"on the joint model's representations and {modality.TeacherProbe.Primary:F3} on its teacher's, a "
            + $"constant {modality.Constant.Primary:F3}");
        string chance = modality.IsLossOfChance
            ? $", within what chance explains on {modality.JointProbe.Samples} samples"
            : "";
        string lost = modality.LostShare > 0
            ? $"Of what the teacher knows, {Percent(modality.LostShare)} is lost{chance}."
            : "Nothing of what the teacher knows is lost.";
        return new Finding(
            FindingKind.Starvation,
            modality.IsStarved,
            $"{modality.Name} is {(modality.IsStarved ? "starved" : "not starved")}: {scores}. {lost}",
            "Lost share: (teacher - joint) / (teacher - constant). Starved from DiagnosisOptions.StarvationThreshold on; for "
            + "accuracies, if teacher - joint also exceeds 1 / sqrt(samples).");
    }

    private static Finding Prioritization(BalanceDiagnosis diagnosis)
    {
        string first = diagnosis.Modalities[diagnosis.PrioritizedByG2D].Name;
        string confidences = string.Join(", ", diagnosis.Modalities.Select(modality =>
            string.Create(Invariant, $"{modality.Name} {modality.TeacherConfidence:F3}")));
        bool wrong = diagnosis.Starved is { } starved && starved != diagnosis.PrioritizedByG2D;
        string verdict = diagnosis.Starved is not { } most ? "Nothing starves."
            : wrong ? $"But {diagnosis.Modalities[most].Name} is the one that starves; G2D would hold it back."
            : "It is the one that starves.";
        return new Finding(
            FindingKind.Prioritization,
            wrong,
            $"G2D would let {first} learn by itself first (teacher confidences: {confidences}). {verdict}",
            "G2D prioritizes the modality of the least confident teacher (Eq. 6), which helps if that one starves.");
    }

    private static IEnumerable<Finding> Alpha(BalanceDiagnosis diagnosis)
    {
        if (diagnosis is not { Alpha: { } paper, SuggestedAlpha: { } best })
        {
            yield break;
        }

        string place = diagnosis.AlphaIsOfTrial ? "In a trial of I2MCL" : "I2MCL: along the joint run";
        string suggestion = best.Scale == 1
            ? "No other scale does better."
            : string.Create(Invariant, $"With DistillationScale {best.Scale}, ")
                + $"{Percent(best.Inside)} would have been inside and {Percent(best.Tied)} of the steps tied.";
        yield return new Finding(
            FindingKind.Alpha,
            paper.Tied > MostlyTied,
            $"{place}, with the paper's scale, {Percent(paper.AtZero)} of the alphas are 0 and {Percent(paper.AtOne)} "
            + $"are 1, and {Percent(paper.Tied)} of the steps are tied, where the order of the modalities decides. "
            + suggestion,
            "Of the powers of two the scale closest to 1 whose share of alphas inside (0, 1) is within 0.01 of the best, "
            + "on the same steps. A joint run does not distil: alphas along it say little of those of I2MCL. A warning "
            + "when more than half of the steps are tied with the paper's scale.");
    }

    private static Finding Conflict(ModalityDiagnosis modality)
    {
        var gradients = modality.Gradients!;
        string numbers = string.Create(
            Invariant,
            $"{gradients.Batches} measured steps (mean cosine {gradients.MeanCosine:F2}; mean lengths "
            + $"{gradients.MeanFusedNorm:G3} and {gradients.MeanOwnNorm:G3})");
        string verdict = gradients.ConflictShare > 0
            ? ""
            : " Without a conflict MMPareto equals Uniform with longer encoder steps.";
        return new Finding(
            FindingKind.Conflict,
            false,
            $"{modality.Name}: fused and own loss conflict in {Percent(gradients.ConflictShare)} of "
            + $"{numbers}.{verdict}",
            "A conflict is a negative cosine of the two gradients of the encoder's parameters.");
    }
}
