using ModalityBalance.Internal;
using ModalityBalance.Solvers;

namespace ModalityBalance.Strategies;

/// <summary>
/// How MMPareto (Wei and Hu, ICML 2024, arXiv 2405.17730) joins the gradients of several losses on one encoder.
/// The update is a weighted sum of the gradients, and its coefficients depend on their inner products alone.
/// </summary>
/// <remarks>
/// Gradients whose cosine is at least 0 are added. Conflicting ones are joined along their point of least norm
/// (Eq. 5), stretched to the length of the plain sum (Eq. 16). Both are multiplied by gamma. The least-norm point
/// of opposite gradients is zero to working precision: they are Pareto-stationary, and the update is exactly zero.
/// A zero gradient conflicts with none. Inner products of float32 gradients must be summed in float64.
/// </remarks>
public static partial class MMParetoIntegration
{
    /// <summary>The paper's factor gamma on the update's length.</summary>
    public const double DefaultGamma = 1.5;

    // 1 + cosine is twice the least-norm point's squared length, relative to that of its parts laid end to end.
    private const double StationaryCosine = (2 * MinNormSearch.ZeroTolerance) - 1;

    /// <summary>The coefficients for one encoder, from the inner products of its two gradients.</summary>
    /// <param name="mm">The squared norm of the multimodal loss's gradient.</param>
    /// <param name="mu">The inner product of the multimodal and the unimodal loss's gradient.</param>
    /// <param name="uu">The squared norm of the unimodal loss's gradient.</param>
    /// <param name="gamma">The factor on the update's length, above 0. Default 1.5 (the paper's).</param>
    /// <returns>The coefficients and what they were made of.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not finite, mm or uu is negative, or gamma is not above 0.
    /// </exception>
    public static MMParetoCoefficients Integrate(double mm, double mu, double uu, double gamma = DefaultGamma)
    {
        InnerProducts.RequireSquaredNorm(mm);
        InnerProducts.RequireFinite(mu);
        InnerProducts.RequireSquaredNorm(uu);
        Require.Positive(gamma);

        var norms = Math.Sqrt(mm) * Math.Sqrt(uu);
        var cosine = norms == 0 ? 0 : Math.Clamp(mu / norms, -1, 1);
        if (cosine >= 0)
        {
            return new MMParetoCoefficients(gamma, gamma, cosine, 0.5, 0.5, 1, false);
        }

        // Each weight by itself: one minus a weight near 1 has few digits left, and a long gradient needs them.
        var weightM = MinNorm.WeightOnFirst(mm, mu, uu);
        var weightU = MinNorm.WeightOnFirst(uu, mu, mm);
        var isStationary = cosine <= StationaryCosine;
        var rescale = isStationary ? 0 : Rescale(mm, mu, uu, norms, cosine);
        var length = 2 * gamma * rescale;
        return new MMParetoCoefficients(
            length * weightM, length * weightU, cosine, weightM, weightU, rescale, isStationary);
    }

    // |g_m + g_u| over the length of 2 alpha_m g_m + 2 alpha_u g_u. The least-norm point between two vectors is
    // the altitude of their triangle: |g_m| |g_u| sine / |g_m - g_u|. Both lengths vanish with the sine as the gradients
    // become opposite, so it is computed once and without roots: mm + 2 mu + uu would cancel, and a root rounded
    // otherwise would show.
    private static double Rescale(double mm, double mu, double uu, double norms, double cosine)
    {
        var squaredSine = 1 - ((mu / mm) * (mu / uu));
        var unequal = Math.Sqrt(mm) - Math.Sqrt(uu);
        var sum = Math.Sqrt((unequal * unequal) + (2 * norms * squaredSine / (1 - cosine)));
        var difference = Math.Sqrt(mm - (2 * mu) + uu);
        var altitude = norms * Math.Sqrt(squaredSine) / difference;
        return sum / (2 * altitude);
    }
}
