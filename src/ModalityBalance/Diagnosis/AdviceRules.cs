using System.Globalization;

namespace ModalityBalance.Diagnosis;

/// <summary>Which strategies to try, in which order.</summary>
internal static class AdviceRules
{
    public static IEnumerable<StrategyAdvice> Order(BalanceDiagnosis diagnosis, double conflictsFrom) =>
        diagnosis.Starved is not { } starved ? NothingStarved()
        : starved == diagnosis.PrioritisedByG2D ? [G2DFirst(diagnosis), .. OwnLosses(diagnosis, conflictsFrom), .. I2mcl(diagnosis)]
        : [.. OwnLosses(diagnosis, conflictsFrom), .. I2mcl(diagnosis), G2DLast(diagnosis, starved)];

    private static IEnumerable<StrategyAdvice> NothingStarved() =>
    [
        new(AdvisedStrategy.Joint, "No modality lost in joint training what it can learn alone: there is nothing to cure."),
        new(AdvisedStrategy.Uniform, "The cheapest check that own losses do not help either."),
    ];

    private static StrategyAdvice G2DFirst(BalanceDiagnosis diagnosis) => new(
        AdvisedStrategy.G2D,
        $"It lets {Name(diagnosis, diagnosis.PrioritisedByG2D)} learn alone first, the modality that starves."
        + FeatureHint(diagnosis));

    private static StrategyAdvice G2DLast(BalanceDiagnosis diagnosis, int starved) => new(
        AdvisedStrategy.G2D,
        $"Last: it would let {Name(diagnosis, diagnosis.PrioritisedByG2D)} learn alone first and hold "
        + $"{Name(diagnosis, starved)} back, which starves." + FeatureHint(diagnosis));

    private static IEnumerable<StrategyAdvice> OwnLosses(BalanceDiagnosis diagnosis, double conflictsFrom)
    {
        bool heads = diagnosis.Modalities.Any(modality => modality.Gradients is not null);
        string need = heads ? "" : " Give the model unimodal heads first.";
        double share = diagnosis.Modalities.Max(modality => modality.Gradients?.ConflictShare ?? 0);
        string conflicts = string.Create(
            CultureInfo.InvariantCulture, $"fused and own loss conflict in {100 * share:F1} % of the steps at most");
        var uniform = new StrategyAdvice(
            AdvisedStrategy.Uniform, "A loss of its own makes every encoder learn, at the cost of joint training." + need);
        var mmpareto = new StrategyAdvice(
            AdvisedStrategy.MMPareto,
            (share >= conflictsFrom
                ? $"A loss of its own makes every encoder learn, and {conflicts}."
                : $"Much as Uniform with longer encoder steps: {conflicts}.") + need);
        return share >= conflictsFrom ? [mmpareto, uniform] : [uniform, mmpareto];
    }

    private static IEnumerable<StrategyAdvice> I2mcl(BalanceDiagnosis diagnosis) =>
        diagnosis.SuggestedAlpha is not { } alpha
            ? []
            : [new(AdvisedStrategy.I2mcl, string.Create(
                CultureInfo.InvariantCulture,
                $"With DistillationScale {alpha.Scale}, which would have left {100 * alpha.Inside:F0} % of the alphas "
                + $"inside (0, 1) and {100 * alpha.Tied:F0} % of the steps tied."))];

    private static string FeatureHint(BalanceDiagnosis diagnosis) => diagnosis.Alpha is null
        ? " The teachers' representations do not fit: set FeatureWeight to 0."
        : "";

    private static string Name(BalanceDiagnosis diagnosis, int modality) => diagnosis.Modalities[modality].Name;
}
