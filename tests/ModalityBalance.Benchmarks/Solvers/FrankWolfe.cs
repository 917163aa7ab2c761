namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>The textbook way to a min-norm point: from the middle of the hull, each step goes towards the vector with the
/// smallest product, as far as is best, until the duality gap is small.</summary>
internal static class FrankWolfe
{
    private const int MostSteps = 10_000;

    /// <param name="gram">The vectors' inner products.</param>
    /// <param name="tolerance">Duality gap, relative to the longest vector's squared norm, at which to stop.</param>
    /// <returns>A weight per vector.</returns>
    public static double[] Weights(double[,] gram, double tolerance)
    {
        int count = gram.GetLength(0);
        var weights = Enumerable.Repeat(1.0 / count, count).ToArray();
        double scale = Enumerable.Range(0, count).Max(i => gram[i, i]);
        for (int step = 0; step < MostSteps; step++)
        {
            var products = Products(gram, weights);
            int best = Array.IndexOf(products, products.Min());
            double squaredNorm = Dot(products, weights);
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

    public static double SquaredNorm(double[,] gram, IReadOnlyList<double> weights) => Dot(Products(gram, weights), weights);

    private static double[] Products(double[,] gram, IReadOnlyList<double> weights) =>
        Enumerable.Range(0, weights.Count).Select(i => weights.Select((weight, j) => weight * gram[i, j]).Sum()).ToArray();

    private static double Dot(IReadOnlyList<double> a, IReadOnlyList<double> b) => a.Zip(b, (x, y) => x * y).Sum();
}
