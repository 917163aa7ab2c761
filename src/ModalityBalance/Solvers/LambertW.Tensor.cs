using static TorchSharp.torch;

namespace ModalityBalance.Solvers;

public static partial class LambertW
{
    /// <summary>W0 of every element of a tensor, on the tensor's device.</summary>
    /// <param name="x">A tensor of any shape, of type float32 or float64.</param>
    /// <returns>
    /// A tensor of the same shape, type and device, owned by the caller's dispose scope. Elements below -1/e
    /// (below the number of this type nearest to -1/e, which gives -1) and NaN elements are NaN. The error stays
    /// below 4 units in the last place for float64 and below 1 for float32, which is computed in float64.
    /// </returns>
    /// <remarks>
    /// The number of operations is fixed and nothing is read back to the host. No gradient flows through it.
    /// </remarks>
    /// <exception cref="ArgumentException">The tensor is of another type.</exception>
    public static Tensor W0(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        var lowest = x.dtype switch
        {
            ScalarType.Float64 => BranchPoint,
            ScalarType.Float32 => (float)BranchPoint,
            _ => throw new ArgumentException($"x must be of type Float32 or Float64, but is {x.dtype}.", nameof(x)),
        };

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var argument = x.to_type(ScalarType.Float64);
        var w = Solve(argument).masked_fill(argument.lt(lowest), double.NaN);
        return w.to_type(x.dtype).MoveToOuterDisposeScope();
    }

    // Both regions go through one iteration: its unknown v is q = 1 + w near the branch point and w elsewhere.
    // Double, at least BranchPoint or NaN; the caller's scope keeps the temporaries.
    internal static Tensor Solve(Tensor x)
    {
        var distance = (x - BranchPoint - BranchPointRemainder).clamp_min(0);
        var near = x.lt(NearBranchPoint);
        var y = where(near, distance * Math.E, x);
        var v = where(near, StartNearBranchPoint(distance), StartAwayFromBranchPoint(x));
        var shift = near.to_type(ScalarType.Float64);
        var complement = 1 - shift;
        for (var step = 0; step < Steps; step++)
        {
            v = Improve(v, y, shift, complement);
        }

        // W0(x) is x to rounding up to 1e-16, and subnormal numbers may come out of log1p as zero.
        var isItself = x.abs().lt(1e-17).logical_or(x.isposinf());
        return where(isItself, x, v - shift).masked_fill(distance.le(0), -1);
    }

    // Fritsch's step for w = v - shift. With shift 1, v = q and y = 1 + e x, ln(x / w) - w reads
    // ln(1 + (y - v) / w) - v; with shift 0, v = w and y = x, it reads the same.
    private static Tensor Improve(Tensor v, Tensor y, Tensor shift, Tensor complement)
    {
        var w = v - shift;
        var onePlusW = v + complement;
        var z = ((y - v) / w).log1p() - v;

        // With t = 2 (1 + w) (1 + w + 2 z / 3), v grows by w / (1 + w) times z (t - z) / (t - 2 z), which is
        // z + z^2 / (2 (t / 2 - z)).
        var remainder = (onePlusW * onePlusW.add(z, 2.0 / 3)) - z;
        var growth = z.addcdiv(z * z, remainder, 0.5);
        return v.addcdiv(w * growth, onePlusW, 1);
    }

    private static Tensor StartNearBranchPoint(Tensor distance)
    {
        // Two terms of the series in p; 2 % off at the end of the region, where p is 0.6.
        var p = (distance * (2 * Math.E)).sqrt();
        return p / (1 + (p * (1.0 / 3)));
    }

    private static Tensor StartAwayFromBranchPoint(Tensor x)
    {
        // Vectorised forms of log1p fail near the largest double; so far out, a start 3 % off is near enough.
        var logarithm = x.clamp_max(1e300).log1p();
        return logarithm.addcdiv(logarithm * logarithm.log1p(), logarithm + 2, -1);
    }
}
