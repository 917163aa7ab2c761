using ModalityBalance.Internal;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

public static partial class MMParetoIntegration
{
    /// <summary>The coefficients of many encoders at once, on the device and without a host read.</summary>
    /// <param name="mm">The squared norm of each multimodal gradient; float64, of any shape.</param>
    /// <param name="mu">The inner product of each pair of gradients; float64, of the same shape.</param>
    /// <param name="uu">The squared norm of each unimodal gradient; float64, of the same shape.</param>
    /// <param name="gamma">The factor on the update's length, above 0. Default 1.5 (the paper's).</param>
    /// <returns>
    /// The coefficients and what they were made of, tensors of the same shape and device, owned by the caller's
    /// dispose scope. An encoder with an inner product that is NaN gets NaN. No gradient flows through them.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes differ, or a tensor is not of type float64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">gamma is not above 0.</exception>
    public static MMParetoCoefficientTensors Integrate(
        Tensor mm, Tensor mu, Tensor uu, double gamma = DefaultGamma)
    {
        RequireFloat64(mm);
        InnerProducts.RequireAlike(mm, mu, nameof(mu));
        InnerProducts.RequireAlike(mm, uu, nameof(uu));
        Require.Positive(gamma);

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var norms = mm.sqrt() * uu.sqrt();
        var cosine = (mu / norms).clamp(-1, 1).masked_fill(norms.eq(0), 0);
        var agreement = cosine.ge(0);
        var stationary = cosine.le(StationaryCosine);
        var weightM = MinNorm.WeightOnFirst(mm, mu, uu).masked_fill(agreement, 0.5);
        var weightU = MinNorm.WeightOnFirst(uu, mu, mm).masked_fill(agreement, 0.5);
        var rescale = Rescale(mm, mu, uu, norms, cosine).masked_fill(agreement, 1).masked_fill(stationary, 0);
        var length = rescale * (2 * gamma);
        return new MMParetoCoefficientTensors(
            (length * weightM).MoveToOuterDisposeScope(),
            (length * weightU).MoveToOuterDisposeScope(),
            cosine.MoveToOuterDisposeScope(),
            weightM.MoveToOuterDisposeScope(),
            weightU.MoveToOuterDisposeScope(),
            rescale.MoveToOuterDisposeScope(),
            stationary.MoveToOuterDisposeScope());
    }

    private static Tensor Rescale(Tensor mm, Tensor mu, Tensor uu, Tensor norms, Tensor cosine)
    {
        var squaredSine = 1 - ((mu / mm) * (mu / uu));
        var unequal = mm.sqrt() - uu.sqrt();
        var sum = ((unequal * unequal) + (2 * norms * squaredSine / (1 - cosine))).sqrt();
        var difference = (mm - (2 * mu) + uu).sqrt();
        var altitude = norms * squaredSine.sqrt() / difference;
        return sum / (2 * altitude);
    }

    private static void RequireFloat64(Tensor mm)
    {
        ArgumentNullException.ThrowIfNull(mm);
        if (mm.dtype != ScalarType.Float64)
        {
            throw new ArgumentException(
                $"mm must be of type Float64, so that squares stay in range, but is {mm.dtype}.", nameof(mm));
        }
    }
}
