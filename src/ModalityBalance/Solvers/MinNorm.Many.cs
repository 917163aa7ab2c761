namespace ModalityBalance.Solvers;

public static partial class MinNorm
{
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
