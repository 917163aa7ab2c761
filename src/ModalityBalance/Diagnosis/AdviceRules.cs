using System.Globalization;
using ModalityBalance.Strategies;

namespace ModalityBalance.Diagnosis;

/// <summary>The strategies to try, in order.</summary>
internal static class AdviceRules
{
    private const string Joint = "Joint";
    private const string Uniform = "Uniform";
    private const string HeadsFirst = " Give the model unimodal heads first.";

    public static IEnumerable<StrategyAdvice> Order(BalanceDiagnosis diagnosis, double conflictsFrom)
    {
        if (diagnosis.Starved is not { } starved)
        {
            return NothingStarved;
        }

        StrategyAdvice[] rest = [.. OwnLosses(diagnosis, conflictsFrom), .. OfI2MCL(diagnosis)];
        return starved == diagnosis.PrioritizedByG2D
            ? [OfStarvedFirst(diagnosis, starved), G2DFirst(diagnosis), .. rest]
            : [OfStarvedFirst(diagnosis, starved), .. rest, G2DLast(diagnosis, starved)];
    }

    private static StrategyAdvice[] NothingStarved =>
    [
        new(Joint, "No modality lost accuracy compared with training by itself."),
        new(Uniform, "The cheapest way to check that unimodal losses do not help either."),
    ];

    private static StrategyAdvice OfStarvedFirst(BalanceDiagnosis diagnosis, int starved)
    {
        string features = diagnosis.Alpha is null
            ? $" The teachers' representations do not fit: set Distillation to {nameof(StarvedFirstDistillation.None)}."
            : "";
        return new(
            nameof(StarvedFirst),
            $"With Order = [{string.Join(", ", diagnosis.StarvationOrder)}], {Name(diagnosis, starved)}, the starved modality, learns "
            + $"first.{features}{(HasHeads(diagnosis) ? "" : HeadsFirst)}");
    }

    private static StrategyAdvice G2DFirst(BalanceDiagnosis diagnosis) => new(
        nameof(G2D),
        $"{Name(diagnosis, diagnosis.PrioritizedByG2D)}, the starved modality, learns first."
        + FeatureHint(diagnosis));

    private static StrategyAdvice G2DLast(BalanceDiagnosis diagnosis, int starved) => new(
        nameof(G2D),
        $"Last: {Name(diagnosis, diagnosis.PrioritizedByG2D)} would learn first, while {Name(diagnosis, starved)}, the starved "
        + $"modality, is held back." + FeatureHint(diagnosis));

    private static StrategyAdvice[] OwnLosses(BalanceDiagnosis diagnosis, double conflictsFrom)
    {
        const string OwnLoss = "Every encoder also learns from its own loss";
        var uniform = new StrategyAdvice(Uniform, $"{OwnLoss}, at the cost of joint training.");
        if (diagnosis.Modalities.Max(modality => modality.Gradients?.ConflictShare) is not { } share)
        {
            return
            [
                uniform with { Reason = uniform.Reason + HeadsFirst },
                new(nameof(MMPareto), $"{OwnLoss}; how often it conflicts with the fused one is unknown.{HeadsFirst}"),
            ];
        }

        string conflicts = $"fused and own loss conflict in {DiagnosisText.Percent(share)} of the steps at most";
        return share >= conflictsFrom
            ? [new(nameof(MMPareto), $"{OwnLoss}, and {conflicts}."), uniform]
            : [uniform, new(nameof(MMPareto), $"Like Uniform with longer encoder steps: {conflicts}.")];
    }

    private static StrategyAdvice[] OfI2MCL(BalanceDiagnosis diagnosis)
    {
        if (diagnosis.SuggestedAlpha is not { } alpha)
        {
            return [];
        }

        string scale = alpha.Scale.ToString(CultureInfo.InvariantCulture);
        return [new(nameof(I2MCL), alpha.Inside > 0
            ? $"DistillationScale {scale} keeps {DiagnosisText.Percent(alpha.Inside)} of the alphas inside (0, 1)."
            : "No DistillationScale brings an alpha inside (0, 1): the order of the modalities would decide.")];
    }

    private static string FeatureHint(BalanceDiagnosis diagnosis) => diagnosis.Alpha is null
        ? " The teachers' representations do not fit: set FeatureWeight to 0."
        : "";

    private static bool HasHeads(BalanceDiagnosis diagnosis) => diagnosis.Modalities.Any(modality => modality.Gradients is not null);

    private static string Name(BalanceDiagnosis diagnosis, int modality) => diagnosis.Modalities[modality].Name;
}
