using ModalityBalance.Internal;

namespace ModalityBalance.Strategies;

/// <summary>The mean losses of one head at a checkpoint, in evaluation mode.</summary>
/// <param name="Training">On training data.</param>
/// <param name="HeldOut">On training data that was held out.</param>
public readonly record struct HeadLoss(double Training, double HeldOut);

/// <summary>The weights of gradient blending (Wang, Tran and Feiszli, CVPR 2020): those that minimize the ratio of overfitting to
/// generalization of the blend.</summary>
public static class GradientBlendingWeights
{
    /// <summary>The default of the least overfitting, this library's choice.</summary>
    public const double DefaultMinOverfitting = 1e-4;

    /// <summary>Computes w_k = G_k / O_k^2 / Z (Proposition 1 with the estimates between two checkpoints). G is by how much the
    /// held-out loss fell, O by how much the gap between held-out and training loss grew.</summary>
    /// <param name="before">The losses of every head at the first checkpoint; for <see cref="GradientBlending"/> one per
    /// modality, and the fused prediction last.</param>
    /// <param name="after">Those at the second checkpoint.</param>
    /// <param name="minOverfitting">A lower bound on |O|, finite and above 0. A head that did not overfit at all would get all
    /// the weight.</param>
    /// <returns>As many weights, at least 0, with the sum 1. A head whose held-out loss rose gets 0; if all rose, all get the
    /// same.</returns>
    /// <exception cref="ArgumentException">The numbers of heads differ or are 0, or a loss is not finite.</exception>
    public static double[] Of(
        IReadOnlyList<HeadLoss> before, IReadOnlyList<HeadLoss> after, double minOverfitting = DefaultMinOverfitting)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        Require.Positive(minOverfitting);
        if (before.Count == 0 || before.Count != after.Count)
        {
            throw new ArgumentException(
                $"before and after must hold the same heads, at least one, but hold {before.Count} and {after.Count}.");
        }

        Check(before, nameof(before));
        Check(after, nameof(after));
        double[] raw = [.. before.Zip(after, (first, second) => Weight(first, second, minOverfitting))];
        double sum = raw.Sum();
        return sum > 0 ? [.. raw.Select(weight => weight / sum)] : [.. raw.Select(_ => 1.0 / raw.Length)];
    }

    private static double Weight(HeadLoss before, HeadLoss after, double minOverfitting)
    {
        double generalization = before.HeldOut - after.HeldOut;
        double overfitting = (after.HeldOut - after.Training) - (before.HeldOut - before.Training);
        double bounded = Math.Max(Math.Abs(overfitting), minOverfitting);
        return Math.Max(generalization, 0) / (bounded * bounded);
    }

    private static void Check(IReadOnlyList<HeadLoss> losses, string name)
    {
        foreach (var (k, loss) in losses.Index())
        {
            Require.Finite(loss.Training, $"{name}[{k}].Training");
            Require.Finite(loss.HeldOut, $"{name}[{k}].HeldOut");
        }
    }
}
