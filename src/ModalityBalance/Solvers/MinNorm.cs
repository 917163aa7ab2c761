using static TorchSharp.torch;

namespace ModalityBalance.Solvers;

/// <summary>
/// The point of least Euclidean norm in the convex hull of some vectors, as weights on these vectors:
/// at least 0 and of sum 1. For gradients it is the direction of steepest common descent.
/// </summary>
/// <remarks>
/// The weights depend only on the inner products and do not change when all vectors are scaled; squared norms
/// may lie anywhere from 1e-150 to 1e150. Inner products of float32 vectors should be summed in float64:
/// squares of small or large float32 numbers leave the range of float32.
/// </remarks>
public static class MinNorm
{
    /// <summary>The weight on a of the point of least norm between two vectors a and b, given inner products.</summary>
    /// <param name="aa">The inner product of a with itself, at least 0.</param>
    /// <param name="ab">The inner product of a and b.</param>
    /// <param name="bb">The inner product of b with itself, at least 0.</param>
    /// <returns>
    /// The weight on a, in [0, 1]. Exactly 0 or 1 where an end is the nearest point, and 1/2 where the vectors are
    /// equal. The weight on b is one minus it; with a and b swapped it comes out with all its digits.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is not finite, or aa or bb is negative.</exception>
    public static double WeightOnFirst(double aa, double ab, double bb)
    {
        InnerProducts.RequireSquaredNorm(aa);
        InnerProducts.RequireFinite(ab);
        InnerProducts.RequireSquaredNorm(bb);
        return Weight(aa - ab, bb - ab);
    }

    /// <summary>The weight on a of the point of least norm between two vectors a and b.</summary>
    /// <param name="a">A vector.</param>
    /// <param name="b">A vector of the same length.</param>
    /// <returns>As from the inner products, but without their loss of digits for nearly equal vectors.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double WeightOnFirst(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException(
                $"b must have as many elements as a, {a.Length}, but has {b.Length}.", nameof(b));
        }

        double aSide = 0;
        double bSide = 0;
        for (var i = 0; i < a.Length; i++)
        {
            aSide += a[i] * (a[i] - b[i]);
            bSide += b[i] * (b[i] - a[i]);
        }

        return Weight(aSide, bSide);
    }

    /// <summary>The weights of many pairs at once, on the device and without a host read.</summary>
    /// <param name="aa">The inner product of each a with itself, of any shape and floating-point type.</param>
    /// <param name="ab">The inner product of each a and b, of the same shape and type.</param>
    /// <param name="bb">The inner product of each b with itself, of the same shape and type.</param>
    /// <returns>
    /// The weights on a, of the same shape, type and device, owned by the caller's dispose scope; NaN where an
    /// inner product is NaN. No gradient flows through them.
    /// </returns>
    /// <exception cref="ArgumentException">Shapes or types differ.</exception>
    public static Tensor WeightOnFirst(Tensor aa, Tensor ab, Tensor bb)
    {
        ArgumentNullException.ThrowIfNull(aa);
        InnerProducts.RequireAlike(aa, ab, nameof(ab));
        InnerProducts.RequireAlike(aa, bb, nameof(bb));
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var aSide = aa - ab;
        var bSide = bb - ab;
        var squaredDistance = aSide + bSide;
        var weight = (bSide / squaredDistance).clamp(0, 1);
        return weight.masked_fill(squaredDistance.le(0), 0.5).MoveToOuterDisposeScope();
    }

    // aSide = a.(a - b) and bSide = b.(b - a); their sum is |a - b|^2. With aSide <= 0 the rounded quotient is at
    // least 1, and with bSide <= 0 at most 0, so that the ends come out exactly.
    private static double Weight(double aSide, double bSide)
    {
        var squaredDistance = aSide + bSide;
        return squaredDistance <= 0 ? 0.5 : Math.Clamp(bSide / squaredDistance, 0, 1);
    }

    /// <summary>The largest number of vectors that the search takes.</summary>
    public const int MaxVectors = 32;

    /// <summary>The point of least norm in the convex hull of n vectors, given their Gram matrix.</summary>
    /// <param name="gram">
    /// The symmetric n x n matrix of inner products, of 1 to 32 rows. It may be rank-deficient, and vectors may
    /// be equal or zero.
    /// </param>
    /// <returns>Weights in the order of the rows, the squared norm, and how the search ended.</returns>
    /// <exception cref="ArgumentException">
    /// The matrix is empty, too large, not square, not symmetric, not finite, has a negative diagonal, or a pair whose
    /// product is more than 1 % above that of its lengths.
    /// </exception>
    public static MinNormSolution OfGram(double[,] gram)
    {
        GramMatrix.Require(gram, 1, MaxVectors);
        var count = gram.GetLength(0);
        var zeros = Enumerable.Range(0, count).Where(i => gram[i, i] == 0).ToArray();
        if (zeros.Length == 0)
        {
            return new MinNormSearch(gram).Run();
        }

        var weights = new double[count];
        foreach (var i in zeros)
        {
            weights[i] = 1.0 / zeros.Length;
        }

        return new MinNormSolution(weights, 0, 0, MinNormExit.ZeroInHull);
    }

    /// <summary>The point of least norm in the convex hull of n vectors.</summary>
    /// <param name="vectors">1 to 32 vectors of equal length.</param>
    /// <returns>Weights in the order of the vectors, the squared norm, and how the search ended.</returns>
    /// <exception cref="ArgumentException">
    /// There are none or too many, one is missing, their lengths differ, or an inner product is not finite.
    /// </exception>
    public static MinNormSolution OfVectors(IReadOnlyList<double[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count is < 1 or > MaxVectors)
        {
            throw new ArgumentException(
                $"vectors must be 1 to {MaxVectors}, but are {vectors.Count}.", nameof(vectors));
        }

        return OfGram(GramMatrix.Of(vectors));
    }
}
