using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>Bounds the length of a model's whole gradient.</summary>
internal static class GradientClipping
{
    /// <summary>Scales all gradients by one factor, so that together they are no longer than
    /// <paramref name="maxNorm"/>. Nothing is read from the device.</summary>
    /// <param name="parameters">Those without a gradient are passed over, and repeated ones count once.</param>
    /// <param name="maxNorm">The greatest Euclidean length, finite and above 0.</param>
    /// <returns>The length before, double, a scalar on the device; the caller, or the open dispose scope, owns it. 0
    /// without a gradient. If it is not finite, all gradients are NaN afterwards. It is infinite too when a tensor
    /// of type float32 or narrower is longer than 1.8e19, the root of float32's range.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not finite or not above 0.
    /// </exception>
    public static Tensor ByNorm(IEnumerable<Parameter> parameters, double maxNorm)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Require.Positive(maxNorm);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var gradients = Of(parameters.Distinct<Parameter>(ReferenceEqualityComparer.Instance));
        var norm = Norm(gradients, gradients.FirstOrDefault()?.device ?? CPU);
        var factor = (maxNorm / norm.clamp(min: maxNorm)).masked_fill(norm.isfinite().logical_not(), double.NaN);
        foreach (var gradient in gradients)
        {
            gradient.mul_(factor.to(gradient.dtype));
        }

        return norm.MoveToOuterDisposeScope();
    }

    /// <summary>The gradients that are there.</summary>
    internal static Tensor[] Of(IEnumerable<Parameter> parameters) =>
        parameters.Select(parameter => parameter.grad).OfType<Tensor>().ToArray();

    /// <summary>The length of several tensors on a device as one vector: double, a scalar.</summary>
    internal static Tensor Norm(Tensor[] tensors, Device device) => tensors.Length == 0
        ? zeros([], dtype: ScalarType.Float64, device: device)
        : stack(tensors.Select(Length).ToArray()).to(ScalarType.Float64).norm();

    private static Tensor Length(Tensor tensor)
    {
        if (!tensor.HasSixteenBits())
        {
            return tensor.norm();
        }

        using var wider = tensor.to(ScalarType.Float32);
        return wider.norm();
    }
}
