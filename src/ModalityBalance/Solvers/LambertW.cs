using static TorchSharp.torch;

namespace ModalityBalance.Solvers;

/// <summary>
/// The principal branch W0 of the Lambert W function: the solution w >= -1 of <c>w exp(w) = x</c>.
/// </summary>
/// <remarks>
/// The domain is [-1/e, +inf). -1/e is no floating-point number: the one nearest to it, which lies just below,
/// gives -1, and everything smaller gives NaN. W0(0) is 0 and W0(+inf) is +inf.
/// </remarks>
public static class LambertW
{
    /// <summary>The double nearest to -1/e, the lower end of the domain. W0 is -1 there.</summary>
    public const double BranchPoint = -0.36787944117144233;

    // -1/e minus BranchPoint: the two together give -1/e to 106 bits.
    private const double BranchPointRemainder = 1.2428753672788363e-17;

    // Below this point w < -1/2 and q = 1 + w is the better unknown. Above it w is.
    private const double NearBranchPoint = -0.304;

    // Each step of either iteration at least triples the correct digits of a start good to 8 %.
    private const int Steps = 2;

    // (1 + (q - 1) exp(q)) / q^2 = sum over k of (k + 1) / (k + 2)! q^k. Sixteen terms reach 1e-17 at q = 0.51.
    private static readonly double[] BranchSeries = CreateBranchSeries(16);

    /// <summary>W0 of a number.</summary>
    /// <param name="x">Any number.</param>
    /// <returns>
    /// W0(x), at least -1, with an error below 2.5 units in the last place of the result; NaN for NaN and for
    /// x below <see cref="BranchPoint"/>.
    /// </returns>
    public static double W0(double x)
    {
        if (!(x >= BranchPoint))
        {
            return double.NaN;
        }

        if (x == 0 || double.IsPositiveInfinity(x))
        {
            return x;
        }

        return x < NearBranchPoint ? SolveNearBranchPoint(x) : SolveAwayFromBranchPoint(x);
    }

    // Halley's method for 1 + (q - 1) exp(q) = s, where w = q - 1 and s = 1 + e x.
    private static double SolveNearBranchPoint(double x)
    {
        var s = Math.E * (x - BranchPoint - BranchPointRemainder);
        if (s <= 0)
        {
            return -1;
        }

        var p = Math.Sqrt(2 * s);
        var q = p / (1 + (p / 3) - (p * p / 24));
        for (var step = 0; step < Steps; step++)
        {
            var newton = (s - (q * q * EvaluateBranchSeries(q))) / (q * Math.Exp(q));
            q += newton / (1 + (newton * (1 + q) / (2 * q)));
        }

        return q - 1;
    }

    // Fritsch, Shafer and Crowley's iteration (CACM 16(2), 1973, algorithm 443), of fourth order.
    private static double SolveAwayFromBranchPoint(double x)
    {
        // ln(1 + x) loses the digits of a small x, and x itself is then as good a start.
        var logarithm = Math.Abs(x) < 1e-3 ? x : Math.Log(1 + x);
        var w = logarithm * (1 - (Math.Log(1 + logarithm) / (2 + logarithm)));
        for (var step = 0; step < Steps; step++)
        {
            var z = LogOnePlus((x - w) / w) - w;
            var t = 2 * (1 + w) * (1 + w + (2 * z / 3));
            w += w * (z / (1 + w) * (t - z) / (t - (2 * z)));
        }

        return w;
    }

    // ln(1 + r) with the rounding error of 1 + r made good; ln(x / w) by itself costs a unit in the last place.
    private static double LogOnePlus(double r)
    {
        var sum = 1 + r;
        return Math.Log(sum) - ((sum - 1 - r) / sum);
    }

    private static double EvaluateBranchSeries(double q)
    {
        var sum = 0.0;
        for (var k = BranchSeries.Length - 1; k >= 0; k--)
        {
            sum = (sum * q) + BranchSeries[k];
        }

        return sum;
    }

    private static double[] CreateBranchSeries(int terms)
    {
        var coefficients = new double[terms];
        var factorial = 1.0;
        for (var k = 0; k < terms; k++)
        {
            factorial *= k + 2;
            coefficients[k] = (k + 1) / factorial;
        }

        return coefficients;
    }

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
