namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>The textbook way to a min-norm point: from the middle of the hull, each step goes towards the vector with
/// the smallest product, as far as is best, until the duality gap is small.</summary>
internal static class FrankWolfe
{
    private const int MostSteps = 10_000;

    /// <param name="gram">The vectors' inner products.</param>
    /// <param name="tolerance">Duality gap, relative to the longest vector's squared norm, at which to stop.</param>
    /// <returns>A weight per vector.</returns>
    public static double[] Weights(double[,] gram, double tolerance)
    {
        int count = gram.GetLength(0);
        var weights = new double[count];
        Array.Fill(weights, 1.0 / count);
        var products = new double[count];
        double scale = Enumerable.Range(0, count).Max(i => gram[i, i]);
        for (int step = 0; step < MostSteps; step++)
        {
            double squaredNorm = Multiply(gram, weights, products);
            int best = Array.IndexOf(products, products.Min());
            double gap = squaredNorm - products[best];
            if (gap <= tolerance * scale)
            {
                break;
            }

            double share = Math.Clamp(gap / (squaredNorm - (2 * products[best]) + gram[best, best]), 0, 1);
            for (int i = 0; i < count; i++)
            {
                weights[i] *= 1 - share;
            }

            weights[best] += share;
        }

        return weights;
    }

    /// <summary>The products of the point with each vector.</summary>
    /// <returns>The point's squared norm.</returns>
    private static double Multiply(double[,] gram, double[] weights, double[] products)
    {
        double squaredNorm = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            products[i] = 0;
            for (int j = 0; j < weights.Length; j++)
            {
                products[i] += gram[i, j] * weights[j];
            }

            squaredNorm += products[i] * weights[i];
        }

        return squaredNorm;
    }
}
