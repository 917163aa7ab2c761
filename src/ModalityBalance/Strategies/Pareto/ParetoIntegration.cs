using ModalityBalance.Internal;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// How Pareto methods join the gradients of several losses on one encoder. The update is a weighted sum of the gradients,
/// and its coefficients depend on their inner products only.
/// </summary>
/// <remarks>
/// MMPareto (Wei and Hu, ICML 2024, arXiv 2405.17730) adds gradients whose cosine is at least 0. It joins conflicting ones
/// along their point of least norm (Eq. 5), stretched to the length of the plain sum (Eq. 16). Both are multiplied by gamma.
/// The least-norm point of opposite gradients is zero to working precision: they are Pareto-stationary, and the update is
/// exactly zero. A zero gradient conflicts with none. Inner products of float32 gradients must be summed in float64.
/// </remarks>
public static class ParetoIntegration
{
    /// <summary>The paper's factor gamma on the update's length.</summary>
    public const double DefaultGamma = 1.5;

    // 1 + cosine is twice the least-norm point's squared length, relative to that of its parts laid end to end.
    private const double StationaryCosine = (2 * MinNormSearch.ZeroTolerance) - 1;

    /// <summary>The coefficients of MMPareto for many encoders at once, on the device and without a host read.</summary>
    /// <param name="mm">The squared norm of each multimodal gradient; float64, of any shape.</param>
    /// <param name="mu">The inner product of each pair of gradients; float64, of the same shape.</param>
    /// <param name="uu">The squared norm of each unimodal gradient; float64, of the same shape.</param>
    /// <param name="gamma">The factor on the update's length, above 0. Defaults to 1.5 (the paper's).</param>
    /// <returns>
    /// The coefficients and what they were made of, tensors of the same shape and device, owned by the caller's
    /// dispose scope. An encoder with an inner product that is NaN gets NaN. No gradient flows through them.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes differ, or a tensor is not of type float64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">gamma is not above 0.</exception>
    public static ParetoCoefficients Integrate(Tensor mm, Tensor mu, Tensor uu, double gamma = DefaultGamma)
    {
        RequireProducts(mm, mu, uu);
        Require.Positive(gamma);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var norms = mm.sqrt() * uu.sqrt();
        var cosine = Cosine(mu, norms);
        var agreement = cosine.ge(0);
        var stationary = cosine.le(StationaryCosine);
        var weightM = MinNorm.WeightOnFirst(mm, mu, uu).masked_fill(agreement, 0.5);
        var weightU = MinNorm.WeightOnFirst(uu, mu, mm).masked_fill(agreement, 0.5);
        var rescale = Rescale(mm, mu, uu, norms, cosine).masked_fill(agreement, 1).masked_fill(stationary, 0);
        var length = rescale * (2 * gamma);
        return new ParetoCoefficients(
            length * weightM, length * weightU, cosine, weightM, weightU, rescale, stationary).MoveToOuterScope();
    }

    /// <summary>The coefficients of the conventional Pareto direction <c>2 alpha_m g_m + 2 alpha_u g_u</c> (MGDA; Wei and Hu,
    /// ICML 2024, Eq. 9): twice the point of least norm, so that equal weights give the plain sum.</summary>
    /// <param name="mm">The squared norm of each multimodal gradient; float64, of any shape.</param>
    /// <param name="mu">The inner product of each pair of gradients; float64, of the same shape.</param>
    /// <param name="uu">The squared norm of each unimodal gradient; float64, of the same shape.</param>
    /// <returns>As of <see cref="Integrate(Tensor, Tensor, Tensor, double)"/>, with rescale 1. Both coefficients lie in [0, 2]
    /// and sum to 2, whether or not the gradients conflict.</returns>
    /// <exception cref="ArgumentException">Shapes differ, or a tensor is not of type float64.</exception>
    public static ParetoCoefficients Direction(Tensor mm, Tensor mu, Tensor uu)
    {
        RequireProducts(mm, mu, uu);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var cosine = Cosine(mu, mm.sqrt() * uu.sqrt());
        var weightM = MinNorm.WeightOnFirst(mm, mu, uu);
        var weightU = MinNorm.WeightOnFirst(uu, mu, mm);
        return new ParetoCoefficients(
            weightM * 2, weightU * 2, cosine, weightM, weightU, ones_like(cosine), cosine.le(StationaryCosine))
            .MoveToOuterScope();
    }

    /// <summary>The weights of the point of least norm of K gradients, from their Gram matrix.</summary>
    /// <param name="gram">The symmetric K x K matrix of the gradients' inner products, 2 to 32 rows, on the host.</param>
    /// <returns>The weights, at least 0 with the sum 1; the lowest cosine of two gradients; and whether the point is zero to
    /// working precision.</returns>
    /// <exception cref="ArgumentException">The matrix has fewer than 2 or more than 32 rows, or is no Gram matrix.</exception>
    internal static (double[] Weights, double LowestCosine, bool IsStationary) Direction(double[,] gram)
    {
        GramMatrix.Require(gram, 2, MinNorm.MaxVectors);
        var solution = MinNorm.OfGram(gram);
        return ([.. solution.Weights], LowestCosine(gram), solution.Exit == MinNormExit.ZeroInHull);
    }

    /// <summary>The coefficients for an encoder that K losses share, from their gradients' Gram matrix.</summary>
    /// <param name="gram">The symmetric K x K matrix of the gradients' inner products, 2 to 32 rows, on the host.</param>
    /// <param name="gamma">The factor on the update's length, above 0. Defaults to 1.5 (the paper's).</param>
    /// <returns>
    /// The coefficients. Gradients conflict if some pair has a negative cosine; then the least-norm point of all
    /// gradients that are not zero gives the direction. For K = 2 this is the two-gradient form.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The matrix has fewer than 2 or more than 32 rows, or is no Gram matrix; see <see cref="MinNorm.OfGram"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">gamma is not above 0.</exception>
    internal static SharedParetoCoefficients Integrate(double[,] gram, double gamma = DefaultGamma)
    {
        GramMatrix.Require(gram, 2, MinNorm.MaxVectors);
        Require.Positive(gamma);
        int count = gram.GetLength(0);
        double lowestCosine = LowestCosine(gram);
        if (lowestCosine >= 0)
        {
            var ones = Enumerable.Repeat(1.0, count);
            return new SharedParetoCoefficients(
                [.. ones.Select(one => gamma * one)], [.. ones.Select(one => one / count)], lowestCosine, 1, false);
        }

        int[] rows = Enumerable.Range(0, count).Where(i => gram[i, i] > 0).ToArray();
        var solution = MinNorm.OfGram(GramMatrix.Part(gram, rows));
        double[] weights = new double[count];
        for (int i = 0; i < rows.Length; i++)
        {
            weights[rows[i]] = solution.Weights[i];
        }

        bool isStationary = solution.Exit == MinNormExit.ZeroInHull;
        double rescale = isStationary ? 0 : LengthOfSum(gram) / (count * Math.Sqrt(solution.SquaredNorm));
        return new SharedParetoCoefficients(
            [.. weights.Select(weight => gamma * rescale * count * weight)],
            weights,
            lowestCosine,
            rescale,
            isStationary);
    }

    private static Tensor Cosine(Tensor mu, Tensor norms) =>
        (mu / norms).clamp(-1, 1).masked_fill(norms.eq(0), 0);

    // |g_m + g_u| over the length of 2 alpha_m g_m + 2 alpha_u g_u. The least-norm point between two vectors is
    // the altitude of their triangle: |g_m| |g_u| sine / |g_m - g_u|. Both lengths vanish with the sine as the gradients
    // become opposite, so it is computed once and without roots: mm + 2 mu + uu would cancel, and a root rounded
    // otherwise would show.
    private static Tensor Rescale(Tensor mm, Tensor mu, Tensor uu, Tensor norms, Tensor cosine)
    {
        var squaredSine = 1 - ((mu / mm) * (mu / uu));
        var unequal = mm.sqrt() - uu.sqrt();
        var sum = ((unequal * unequal) + (2 * norms * squaredSine / (1 - cosine))).sqrt();
        var difference = (mm - (2 * mu) + uu).sqrt();
        var altitude = norms * squaredSine.sqrt() / difference;
        return sum / (2 * altitude);
    }

    private static double LowestCosine(double[,] gram)
    {
        double lowest = 1.0;
        for (int i = 0; i < gram.GetLength(0); i++)
        {
            for (int j = 0; j < i; j++)
            {
                double norms = Math.Sqrt(gram[i, i]) * Math.Sqrt(gram[j, j]);
                lowest = Math.Min(lowest, norms == 0 ? 0 : Math.Clamp(gram[i, j] / norms, -1, 1));
            }
        }

        return lowest;
    }

    private static double LengthOfSum(double[,] gram) => Math.Sqrt(Math.Max(0, gram.Cast<double>().Sum()));

    private static void RequireProducts(Tensor mm, Tensor mu, Tensor uu)
    {
        ArgumentNullException.ThrowIfNull(mm);
        if (mm.dtype != ScalarType.Float64)
        {
            throw new ArgumentException(
                $"mm must be of type Float64, so that squares stay in range, but is {mm.dtype}.", nameof(mm));
        }

        InnerProducts.RequireAlike(mm, mu, nameof(mu));
        InnerProducts.RequireAlike(mm, uu, nameof(uu));
    }
}

/// <summary>
/// The updates <c>Multimodal g_m + Unimodal g_u</c> of encoders, and what they were made of: tensors of one shape, an element
/// per encoder, on the device.
/// </summary>
/// <param name="Multimodal">Coefficients of the multimodal loss's gradients, gamma included; float64.</param>
/// <param name="Unimodal">Coefficients of the unimodal losses' gradients, gamma included; float64.</param>
/// <param name="Cosine">Cosines between the gradients, in [-1, 1]; 0 if one of them is zero; float64.</param>
/// <param name="WeightMultimodal">Weights alpha_m, in [0, 1]; float64.</param>
/// <param name="WeightUnimodal">Weights alpha_u = 1 - alpha_m; float64.</param>
/// <param name="Rescale">
/// The factors that bring 2 alpha_m g_m + 2 alpha_u g_u to the length of g_m + g_u: 1 without conflict, 0 if stationary;
/// float64.
/// </param>
/// <param name="IsStationary">
/// Which encoders' gradients are opposite to working precision (cosine at most -1 + 2e-14); bool.
/// </param>
/// <remarks>All tensors belong to the dispose scope of the caller.</remarks>
public sealed record ParetoCoefficients(
    Tensor Multimodal,
    Tensor Unimodal,
    Tensor Cosine,
    Tensor WeightMultimodal,
    Tensor WeightUnimodal,
    Tensor Rescale,
    Tensor IsStationary)
{
    internal ParetoCoefficients MoveToOuterScope()
    {
        foreach (var tensor in (Tensor[])[
            Multimodal, Unimodal, Cosine, WeightMultimodal, WeightUnimodal, Rescale, IsStationary])
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }
}

/// <summary>The update <c>sum of Coefficients[k] g_k</c> of an encoder that K losses share, and what it was made of.</summary>
/// <param name="Coefficients">One per gradient, gamma included; all exactly 0 if stationary.</param>
/// <param name="Weights">Weights of sum 1: those of the least-norm point in conflict (0 on a zero gradient), else all 1/K.
/// </param>
/// <param name="LowestCosine">The lowest cosine of a pair; a zero gradient counts as 0.</param>
/// <param name="Rescale">The factor that brings K times the weighted sum to the length of the plain sum: 1 without conflict,
/// 0 if stationary.</param>
/// <param name="IsStationary">Whether the hull of the gradients holds zero to working precision.</param>
internal sealed record SharedParetoCoefficients(
    IReadOnlyList<double> Coefficients,
    IReadOnlyList<double> Weights,
    double LowestCosine,
    double Rescale,
    bool IsStationary);
