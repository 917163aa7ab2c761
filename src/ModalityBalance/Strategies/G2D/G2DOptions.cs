using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of G2D (Rakib and Bagavathi, ICCV 2025). The defaults are the paper's loss, without
/// prioritized phases, whose lengths depend on the training.</summary>
public sealed record G2DOptions
{
    /// <summary>Length in epochs of each prioritized phase: M - 1 numbers of at least 1, the least confident modality's
    /// first; empty, the default, for no prioritization.</summary>
    public IReadOnlyList<int> PhaseEpochs { get; init; } = [];

    /// <summary>Weight a of the feature distillation, at least 0; 1 by default (Eq. 4).</summary>
    public double FeatureWeight { get; init; } = 1;

    /// <summary>Weight b of the logit distillation, at least 0; 1 by default (Eq. 4). With both weights 0,
    /// prioritization acts on joint training; with this one 0, on UMT.</summary>
    public double LogitWeight { get; init; } = 1;

    /// <summary>Temperature T of the logit distillation, greater than 0; 1 by default.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The suppression of the other encoders in a prioritized phase. Defaults to complete (Eq. 8).</summary>
    public G2DSuppression Suppression { get; init; } = G2DSuppression.Complete;

    /// <summary>Whether a completely suppressed encoder runs in evaluation mode, so that its normalization statistics
    /// stay as they are; false by default: they follow, and evaluation during a phase is sound.</summary>
    public bool FreezeNormalization { get; init; }

    /// <summary>Over what the teachers' confidence is taken; each batch by default (Eq. 5).</summary>
    public G2DRanking Ranking { get; init; } = G2DRanking.PerBatch;

    /// <summary>The indices of the modalities in the order in which they are prioritized: all of them, or all but the last; <see
    /// langword="null"/>, the default, for the paper's order of ascending teacher confidence. Where the least confident teacher
    /// is not of the modality that joint training starves, the order by starvation (<c>StarvationEstimate.Order</c>) does better.
    /// </summary>
    public IReadOnlyList<int>? Order { get; init; }

    internal void Check()
    {
        Require.NonNegative(FeatureWeight);
        Require.NonNegative(LogitWeight);
        Require.Positive(Temperature);
        Require.Defined(Suppression);
        Require.Defined(Ranking);
        ArgumentNullException.ThrowIfNull(PhaseEpochs);
        if (PhaseEpochs.Any(epochs => epochs < 1))
        {
            throw new ArgumentException(
                $"PhaseEpochs must be at least 1 each, but are [{string.Join(", ", PhaseEpochs)}].");
        }

        if (Order is not null && (Order.Distinct().Count() < Order.Count || Order.Any(modality => modality < 0)))
        {
            throw new ArgumentException(
                $"Order must hold different indices of modalities, but holds [{string.Join(", ", Order)}].");
        }
    }

    /// <summary>The conflicts between the options and a training plan, one sentence each.</summary>
    internal IEnumerable<string> Findings(TrainingPlan plan)
    {
        int phases = PhaseEpochs.Count;
        if (phases > 0 && phases != plan.Modalities - 1)
        {
            yield return $"G2D's PhaseEpochs must hold {plan.Modalities - 1} phases for {plan.Modalities} modalities, "
                + $"but holds {phases}.";
        }

        if (PhaseEpochs.Sum() > plan.Epochs)
        {
            yield return $"G2D's prioritized phases must end within the {plan.Epochs} epochs of training, but last "
                + $"{PhaseEpochs.Sum()}.";
        }

        if (phases == 0 && Suppression == G2DSuppression.Partial)
        {
            yield return "G2D's partial suppression acts in prioritized phases, but PhaseEpochs holds none: give it phases, such "
                + $"as [{plan.Epochs}] for two modalities throughout the training.";
        }

        if (Order is not null && (Order.Count < plan.Modalities - 1 || Order.Any(modality => modality >= plan.Modalities)))
        {
            yield return $"G2D's Order must hold at least {plan.Modalities - 1} of the {plan.Modalities} modalities, by their index, "
                + $"but holds [{string.Join(", ", Order)}].";
        }

        if (Order is null && Ranking == G2DRanking.PerSet && plan.Teachers is { HasOverallConfidences: false })
        {
            yield return "G2D's Ranking over the training set needs teachers that know their confidence over it, as a "
                + "TeacherCache does, but these know only that of a batch.";
        }
    }
}

/// <summary>Specifies how the encoders that are not prioritized are suppressed.</summary>
public enum G2DSuppression
{
    /// <summary>They do not move at all: no gradient, so that neither momentum nor weight decay acts.</summary>
    Complete,

    /// <summary>Their gradients are scaled by 1 - tanh(ratio), ratio being the modality's teacher confidence over the
    /// prioritized one's.</summary>
    Partial,
}

/// <summary>Over what the teachers' confidence is taken.</summary>
public enum G2DRanking
{
    /// <summary>Over each batch: the ranking may change from step to step.</summary>
    PerBatch,

    /// <summary>Over the whole training set: one ranking.</summary>
    PerSet,
}
