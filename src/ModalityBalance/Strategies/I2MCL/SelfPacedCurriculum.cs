using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The intra-modal curriculum: a threshold and sample weights for the task loss (index 0) and for every
/// modality's distillation loss (index m + 1), all moved and weighted at once.</summary>
internal static class SelfPacedCurriculum
{
    /// <summary>The paper's momentum of the thresholds.</summary>
    public const double DefaultGamma = 0.9;

    /// <summary>Moves every threshold, then weights every sample (Eq. 8, then Eq. 12).</summary>
    /// <param name="thresholds">The thresholds before the batch, [M + 1], float32 or float64; NaN for one that no batch has
    /// started.</param>
    /// <param name="taskLosses">[batch].</param>
    /// <param name="taskLoss">Their mean over all processes.</param>
    /// <param name="lessons">The distillation of each modality.</param>
    /// <param name="gamma">The share of the old threshold, in [0, 1].</param>
    /// <param name="beta">How softly the weight falls, at least 0.</param>
    public static SampleWeights Weigh(
        Tensor thresholds,
        Tensor taskLosses,
        Tensor taskLoss,
        IReadOnlyList<Distillation> lessons,
        double gamma,
        double beta)
    {
        using var noGrad = no_grad();
        var moved = Moved(thresholds, Means(taskLoss, lessons, thresholds.dtype), gamma);
        var losses = stack([taskLosses.to(moved.dtype), .. lessons.Select(lesson => lesson.Losses.to(moved.dtype))]);
        var weights = SelfPacedWeight.Of(losses, moved.unsqueeze(1), beta).unbind();
        return new SampleWeights(weights[0].to(taskLosses.dtype), weights[1..], moved);
    }

    /// <summary>The moving averages of means, element by element: <c>gamma average + (1 - gamma) mean</c>, started by the
    /// first mean (Eq. 8).</summary>
    /// <param name="averages">NaN for one that has not started.</param>
    /// <param name="means">Like them. A mean that is not finite leaves its average as it was.</param>
    /// <param name="gamma">The share of the old average, in [0, 1].</param>
    public static Tensor Moved(Tensor averages, Tensor means, double gamma)
    {
        Require.InUnitInterval(gamma);
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var known = where(means.abs().lt(double.PositiveInfinity), means, averages);
        var before = where(averages.isnan(), known, averages);
        return before.add(known - before, 1 - gamma).MoveToOuterDisposeScope();
    }

    /// <summary>A modality that no sample has gives NaN, which leaves its threshold as it is.</summary>
    private static Tensor Means(Tensor taskLoss, IEnumerable<Distillation> lessons, ScalarType type) =>
        stack([taskLoss.to(type), .. lessons.Select(lesson => lesson.Mean.to(type))]);
}

/// <summary>The weights of the intra-modal curriculum for one batch.</summary>
/// <param name="Task">Weights on the task losses, [batch].</param>
/// <param name="Distillation">Weights on each modality's distillation losses, [batch].</param>
/// <param name="Thresholds">The thresholds behind them, [M + 1], that of the task first.</param>
internal sealed record SampleWeights(Tensor Task, IReadOnlyList<Tensor> Distillation, Tensor Thresholds);
