using System.Globalization;

namespace ModalityBalance.Diagnosis;

/// <summary>Which strategies to try, in which order.</summary>
internal static class AdviceRules
{
    public static IEnumerable<StrategyAdvice> Order(BalanceDiagnosis diagnosis, double conflictsFrom)
    {
        if (diagnosis.Starved is not { } starved)
        {
            return NothingStarved;
        }

        StrategyAdvice[] rest = [.. OwnLosses(diagnosis, conflictsFrom), .. I2MCL(diagnosis)];
        return starved == diagnosis.PrioritizedByG2D
            ? rest.Prepend(G2DFirst(diagnosis))
            : rest.Append(G2DLast(diagnosis, starved));
    }

    private static StrategyAdvice[] NothingStarved =>
    [
        new(AdvisedStrategy.Joint, "No modality lost what it can learn alone: there is nothing to cure."),
        new(AdvisedStrategy.Uniform, "The cheapest check that own losses do not help either."),
    ];

    private static StrategyAdvice G2DFirst(BalanceDiagnosis diagnosis) => new(
        AdvisedStrategy.G2D,
        $"It lets {Name(diagnosis, diagnosis.PrioritizedByG2D)} learn alone first, the modality that starves."
        + FeatureHint(diagnosis));

    private static StrategyAdvice G2DLast(BalanceDiagnosis diagnosis, int starved) => new(
        AdvisedStrategy.G2D,
        $"Last: it would let {Name(diagnosis, diagnosis.PrioritizedByG2D)} learn alone first and hold "
        + $"{Name(diagnosis, starved)} back, which starves." + FeatureHint(diagnosis));

    private static StrategyAdvice[] OwnLosses(BalanceDiagnosis diagnosis, double conflictsFrom)
    {
        const string OwnLoss = "A loss of its own makes every encoder learn";
        var uniform = new StrategyAdvice(AdvisedStrategy.Uniform, $"{OwnLoss}, at the cost of joint training.");
        if (diagnosis.Modalities.Max(modality => modality.Gradients?.ConflictShare) is not { } share)
        {
            const string Heads = " Give the model unimodal heads first.";
            return
            [
                uniform with { Reason = uniform.Reason + Heads },
                new(AdvisedStrategy.MMPareto, $"{OwnLoss}; how often it conflicts with the fused one is unknown.{Heads}"),
            ];
        }

        string conflicts = $"fused and own loss conflict in {DiagnosisText.Percent(share)} of the steps at most";
        return share >= conflictsFrom
            ? [new(AdvisedStrategy.MMPareto, $"{OwnLoss}, and {conflicts}."), uniform]
            : [uniform, new(AdvisedStrategy.MMPareto, $"Like Uniform with longer encoder steps: {conflicts}.")];
    }

    private static StrategyAdvice[] I2MCL(BalanceDiagnosis diagnosis)
    {
        if (diagnosis.SuggestedAlpha is not { } alpha)
        {
            return [];
        }

        string scale = alpha.Scale.ToString(CultureInfo.InvariantCulture);
        return [new(AdvisedStrategy.I2MCL, alpha.Inside > 0
            ? $"DistillationScale {scale} keeps {DiagnosisText.Percent(alpha.Inside)} of the alphas inside (0, 1)."
            : "No DistillationScale brings an alpha inside (0, 1): the order of the modalities would decide.")];
    }

    private static string FeatureHint(BalanceDiagnosis diagnosis) => diagnosis.Alpha is null
        ? " The teachers' representations do not fit: set FeatureWeight to 0."
        : "";

    private static string Name(BalanceDiagnosis diagnosis, int modality) => diagnosis.Modalities[modality].Name;
}
