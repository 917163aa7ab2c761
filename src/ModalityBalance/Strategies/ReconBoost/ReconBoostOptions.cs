using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The settings of ReconBoost (Hua et al., ICML 2024). Weights are relative to the learner's own loss; the published
/// code takes means over classes too, so that its losses are smaller by the number of classes.</summary>
public sealed record ReconBoostOptions
{
    /// <summary>The number of epochs in which one learner learns by itself, at least 1. Defaults to 4, as in the published
    /// code.</summary>
    public int LearnerEpochs { get; init; } = 4;

    /// <summary>The number of epochs after it in which all learn jointly, at least 0. Defaults to 4, as in the published code.
    /// </summary>
    public int RectificationEpochs { get; init; } = 4;

    /// <summary>The weight of the others' prediction in the target: lambda, in [0, 1]. Defaults to 0.25, as in the published code
    /// for most data sets; 0.2 for CREMA-D.</summary>
    public double Reconcile { get; init; } = 0.25;

    /// <summary>The target that the learner is pushed away from. Defaults to <see cref="ReconcileTarget.Distribution"/>, the
    /// divergence of the paper's title.</summary>
    public ReconcileTarget Target { get; init; } = ReconcileTarget.Distribution;

    /// <summary>The weight of the squared distance between the probabilities of the learner and of the one before it, finite and
    /// at least 0. Defaults to 0.5. In the published code the term has no gradient, which is 0 here.</summary>
    public double Consolidate { get; init; } = 0.5;

    /// <summary>Whether encoders that do not learn run in evaluation mode, so that their normalization statistics stay as they
    /// are. Defaults to <see langword="false"/>, as in the published code.</summary>
    public bool FreezeNormalization { get; init; }

    internal void Check()
    {
        Require.AtLeast(1, LearnerEpochs);
        Require.AtLeast(0, RectificationEpochs);
        Require.InUnitInterval(Reconcile);
        Require.Defined(Target);
        Require.NonNegative(Consolidate);
    }
}

/// <summary>Specifies what a learner of ReconBoost is pushed away from.</summary>
public enum ReconcileTarget
{
    /// <summary>The others' probabilities of all classes.</summary>
    Distribution,

    /// <summary>Only their probability of the true class, as in the published code.</summary>
    TrueClass,
}
