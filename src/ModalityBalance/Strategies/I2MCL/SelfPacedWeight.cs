using ModalityBalance.Internal;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// The weight that I2MCL's intra-modal curriculum gives to a sample (Zhou et al., ACM MM 2023, Eq. 12):
/// <c>exp(-W0(max(-1/e, (loss - threshold) / (2 beta))))</c>.
/// </summary>
/// <remarks>
/// It falls as the loss rises, is 1 where the loss equals the threshold and e where the loss lies
/// <c>2 beta / e</c> or more below it. As beta goes to 0 it becomes the hard threshold: e at or below, 0 above.
/// </remarks>
public static class SelfPacedWeight
{
    /// <summary>The paper's temperature of the curriculum.</summary>
    public const double DefaultBeta = 1;

    /// <summary>The weights of a batch, on its device. No gradient flows through them.</summary>
    /// <param name="losses">Losses per sample, of any shape, of type float32 or float64.</param>
    /// <param name="threshold">
    /// The moving threshold lambda, on the same device, of a shape that broadcasts against the losses.
    /// </param>
    /// <param name="beta">
    /// How softly the weight falls, in the unit of the loss: at least 0. Default 1 (the paper's).
    /// </param>
    /// <returns>
    /// Weights in (0, e] of the losses' shape, type and device, owned by the caller's dispose scope; 0 too for the hard
    /// threshold and for an infinite loss; NaN for NaN.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">beta is negative or not finite.</exception>
    /// <exception cref="ArgumentException">The losses are of another type.</exception>
    public static Tensor Of(Tensor losses, Tensor threshold, double beta = DefaultBeta)
    {
        ArgumentNullException.ThrowIfNull(losses);
        ArgumentNullException.ThrowIfNull(threshold);
        Require.NonNegative(beta);
        if (losses.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException(
                $"losses must be of type Float32 or Float64, but are {losses.dtype}.", nameof(losses));
        }

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var excess = losses.to_type(ScalarType.Float64) - threshold.to_type(ScalarType.Float64);
        var weights = beta == 0
            ? where(excess.isnan(), excess, excess.le(0).to_type(ScalarType.Float64) * Math.E)
            : LambertW.Solve((excess / (2 * beta)).clamp_min(LambertW.BranchPoint)).neg().exp();
        return weights.to_type(losses.dtype).MoveToOuterDisposeScope();
    }
}
