using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of <see cref="StarvedFirst"/>.</summary>
public sealed record StarvedFirstOptions
{
    /// <summary>The indices of all modalities, the one that joint training starves most first:
    /// <c>StarvationEstimate.Order</c>.</summary>
    public required IReadOnlyList<int> Order { get; init; }

    /// <summary>The share of the epochs in which single modalities learn, in (0, 1), divided evenly between all modalities but
    /// the last. Defaults to 3/8, which did better than 1/4 and 1/2 on the tasks of this library's sample.</summary>
    public double PrioritizedShare { get; init; } = 0.375;

    /// <summary>The distillation from the teachers, if the training has any. Defaults to
    /// <see cref="StarvedFirstDistillation.Features"/>.</summary>
    public StarvedFirstDistillation Distillation { get; init; } = StarvedFirstDistillation.Features;

    /// <summary>The weight of the feature distillation, the mean squared difference over features. Finite and at least 0.
    /// Defaults to 5, which did better than 1 on the tasks of this library's sample.</summary>
    public double FeatureWeight { get; init; } = 5;

    /// <summary>The factor on the gradients of the encoders that learn, finite and above 0. Defaults to 1.5, as MMPareto's
    /// gamma.</summary>
    public double EncoderScale { get; init; } = 1.5;

    /// <summary>The validation score of each modality's head at which its phase ends early, because its lag is closed, such as
    /// the scores of the teachers; <see langword="null"/>, the default, for phases that always last their share.</summary>
    public IReadOnlyList<double>? TargetScores { get; init; }

    /// <summary>The phase of an epoch: the place in the order of the modality that learns, or the last place for all.</summary>
    internal int PhaseAt(int epoch, int epochs)
    {
        int phases = Order.Count - 1;
        double length = Math.Max(1, PrioritizedShare * epochs / phases);
        return Math.Min((int)(epoch / length), phases);
    }

    internal void Check()
    {
        ArgumentNullException.ThrowIfNull(Order);
        if (Order.Count < 2 || !Order.Order().SequenceEqual(Enumerable.Range(0, Order.Count)))
        {
            throw new ArgumentException(
                $"Order must hold the index of each of at least two modalities once, but holds [{string.Join(", ", Order)}].");
        }

        if (!(PrioritizedShare > 0 && PrioritizedShare < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(PrioritizedShare), $"PrioritizedShare must lie in (0, 1), but is {PrioritizedShare}.");
        }

        Require.Defined(Distillation);
        Require.NonNegative(FeatureWeight);
        Require.Positive(EncoderScale);
        if (TargetScores is not null && TargetScores.Count != Order.Count)
        {
            throw new ArgumentException(
                $"TargetScores must hold one score per modality, {Order.Count}, but hold {TargetScores.Count}.");
        }

        foreach (var (m, score) in (TargetScores ?? []).Index())
        {
            Require.Finite(score, $"TargetScores[{m}]");
        }
    }
}

/// <summary>Specifies what <see cref="StarvedFirst"/> distills from teachers.</summary>
public enum StarvedFirstDistillation
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The features of every modality that learns, as UMT.</summary>
    Features,

    /// <summary>The features, and each teacher's logits into the fused prediction, as G2D.</summary>
    FeaturesAndLogits,
}
