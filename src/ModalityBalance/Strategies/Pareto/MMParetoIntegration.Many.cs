using ModalityBalance.Internal;
using ModalityBalance.Solvers;

namespace ModalityBalance.Strategies;

public static partial class MMParetoIntegration
{
    /// <summary>The coefficients for an encoder that K losses share, from their gradients' Gram matrix.</summary>
    /// <param name="gram">
    /// The symmetric K x K matrix of the gradients' inner products, 2 to 32 rows, on the host.
    /// </param>
    /// <param name="gamma">The factor on the update's length, above 0. Default 1.5 (the paper's).</param>
    /// <returns>
    /// The coefficients. Gradients conflict if some pair has a negative cosine; then the least-norm point of all
    /// gradients that are not zero gives the direction. For K = 2 this is the two-gradient form.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The matrix has fewer than 2 or more than 32 rows, or is no Gram matrix; see <see cref="MinNorm.OfGram"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">gamma is not above 0.</exception>
    public static MMParetoSharedCoefficients Integrate(double[,] gram, double gamma = DefaultGamma)
    {
        GramMatrix.Require(gram, 2, MinNorm.MaxVectors);
        Require.Positive(gamma);
        var count = gram.GetLength(0);
        var lowestCosine = LowestCosine(gram);
        if (lowestCosine >= 0)
        {
            var ones = Enumerable.Repeat(1.0, count);
            return new MMParetoSharedCoefficients(
                [.. ones.Select(one => gamma * one)], [.. ones.Select(one => one / count)], lowestCosine, 1, false);
        }

        var rows = Enumerable.Range(0, count).Where(i => gram[i, i] > 0).ToArray();
        var solution = MinNorm.OfGram(GramMatrix.Part(gram, rows));
        var weights = new double[count];
        for (var i = 0; i < rows.Length; i++)
        {
            weights[rows[i]] = solution.Weights[i];
        }

        var isStationary = solution.Exit == MinNormExit.ZeroInHull;
        var rescale = isStationary ? 0 : LengthOfSum(gram) / (count * Math.Sqrt(solution.SquaredNorm));
        return new MMParetoSharedCoefficients(
            [.. weights.Select(weight => gamma * rescale * count * weight)],
            weights,
            lowestCosine,
            rescale,
            isStationary);
    }

    private static double LowestCosine(double[,] gram)
    {
        var lowest = 1.0;
        for (var i = 0; i < gram.GetLength(0); i++)
        {
            for (var j = 0; j < i; j++)
            {
                var norms = Math.Sqrt(gram[i, i]) * Math.Sqrt(gram[j, j]);
                lowest = Math.Min(lowest, norms == 0 ? 0 : Math.Clamp(gram[i, j] / norms, -1, 1));
            }
        }

        return lowest;
    }

    private static double LengthOfSum(double[,] gram) => Math.Sqrt(Math.Max(0, gram.Cast<double>().Sum()));
}
