using ModalityBalance.Gradients;
using ModalityBalance.Solvers;

namespace ModalityBalance.Diagnosis;

/// <summary>
/// How often I2MCL's alphas would stand at their ends, where ties decide. With d the gradient of the unscaled mean
/// distillation loss and t that of the mean task loss at a representation, alpha under the scale s lies inside (0, 1)
/// if and only if s d.t &lt; s^2 |d|^2 and s d.t &lt; |t|^2.
/// </summary>
/// <param name="Scale">The factor s on the distillation losses, <c>I2MCLOptions.DistillationScale</c>.</param>
/// <param name="AtZero">Share of alphas, over measured steps and modalities, that are 0: the teacher pulls harder than
/// the task and much in its direction.</param>
/// <param name="AtOne">Share of alphas that are 1: the task pulls harder, and much in the teacher's direction.</param>
/// <param name="Tied">Share of steps in which several modalities have the largest alpha, so that their order decides.
/// </param>
public sealed record AlphaShares(double Scale, double AtZero, double AtOne, double Tied)
{
    // A difference of one percentage point is not worth a scale farther from the paper's.
    private const double Tolerance = 0.01;
    private const int Halvings = 30; // and doublings

    /// <summary>Share of alphas inside (0, 1).</summary>
    public double Inside => 1 - AtZero - AtOne;

    /// <summary>Computes the shares under a scale.</summary>
    /// <param name="steps">For each step and modality the pair (d, t), as in
    /// <see cref="BalanceMeasurements.Distillation"/>.</param>
    /// <param name="scale">Greater than 0.</param>
    /// <returns>Null when no step has a pair.</returns>
    internal static AlphaShares? Of(IReadOnlyList<IReadOnlyList<GradientPair?>> steps, double scale)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scale);
        double[][] alphas = [.. steps
            .Select(step => step.OfType<GradientPair>().Select(pair => Alpha(pair, scale)).ToArray())
            .Where(step => step.Length > 0)];
        if (alphas.Length == 0)
        {
            return null;
        }

        var all = alphas.SelectMany(step => step).ToArray();
        return new AlphaShares(
            scale,
            all.Average(alpha => alpha == 0 ? 1.0 : 0.0),
            all.Average(alpha => alpha == 1 ? 1.0 : 0.0),
            alphas.Average(step => step.Count(alpha => alpha == step.Max()) > 1 ? 1.0 : 0.0));
    }

    /// <summary>The scale that brings alpha away from its ends: of the powers of two from 2^-30 to 2^30 the closest to
    /// the paper's 1, the smaller of two, whose share of alphas inside is within 0.01 of the best.</summary>
    /// <param name="steps">As in <see cref="Of"/>.</param>
    /// <returns>The shares under that scale; null when no step has a pair.</returns>
    internal static AlphaShares? Suggest(IReadOnlyList<IReadOnlyList<GradientPair?>> steps)
    {
        var candidates = Enumerable.Range(-Halvings, (2 * Halvings) + 1).OrderBy(Math.Abs)
            .Select(power => Of(steps, Math.ScaleB(1, power))).OfType<AlphaShares>().ToArray();
        return candidates.FirstOrDefault(shares =>
            shares.Inside >= candidates.Max(other => other.Inside) - Tolerance);
    }

    private static double Alpha(GradientPair pair, double scale) =>
        MinNorm.WeightOnFirst(scale * scale * pair.FirstSquared, scale * pair.Dot, pair.SecondSquared);
}
