namespace ModalityBalance.Solvers;

/// <summary>Gram matrices at the border: built from vectors, cut down, and checked with one wording.</summary>
internal static class GramMatrix
{
    // Inner products summed in two orders differ only by rounding, relative to the lengths of their vectors.
    private const double SymmetryTolerance = 1e-9;

    // A float32 sum of 1e7 products in 64 parts, about as many as processors add side by side, is off by at most
    // 1e7 / 64 * 6e-8 = 1 % of the lengths.
    private const double LengthTolerance = 0.01;

    // Squares of float32 vanish below.
    private const double SmallestSquare = 1e-38;

    internal static double[,] Of(IReadOnlyList<double[]> vectors)
    {
        var gram = new double[vectors.Count, vectors.Count];
        for (var i = 0; i < vectors.Count; i++)
        {
            ArgumentNullException.ThrowIfNull(vectors[i], $"vectors[{i}]");
            if (vectors[i].Length != vectors[0].Length)
            {
                throw new ArgumentException(
                    $"vectors must have equal lengths, but vector 0 has {vectors[0].Length} elements and vector {i} "
                    + $"has {vectors[i].Length}.",
                    nameof(vectors));
            }

            for (var j = 0; j <= i; j++)
            {
                gram[i, j] = gram[j, i] = InnerProduct(vectors[i], vectors[j]);
                InnerProducts.RequireFinite(gram[i, j], $"vectors[{i}] . vectors[{j}]");
            }
        }

        return gram;
    }

    internal static double[,] Part(double[,] gram, int[] rows)
    {
        var part = new double[rows.Length, rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < rows.Length; j++)
            {
                part[i, j] = gram[rows[i], rows[j]];
            }
        }

        return part;
    }

    internal static void Require(double[,] gram, int smallest, int largest)
    {
        ArgumentNullException.ThrowIfNull(gram);
        var count = gram.GetLength(0);
        if (count < smallest || count > largest || gram.GetLength(1) != count)
        {
            throw new ArgumentException(
                $"gram must be square with {smallest} to {largest} rows, but is {count} x {gram.GetLength(1)}.",
                nameof(gram));
        }

        for (var i = 0; i < count; i++)
        {
            InnerProducts.RequireSquaredNorm(gram[i, i], $"gram[{i}, {i}]");
            for (var j = 0; j < i; j++)
            {
                InnerProducts.RequireFinite(gram[i, j], $"gram[{i}, {j}]");
                RequireSymmetric(gram, i, j);
                RequireWithinLengths(gram, i, j);
            }
        }
    }

    private static double InnerProduct(double[] a, double[] b)
    {
        double sum = 0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void RequireSymmetric(double[,] gram, int i, int j)
    {
        var lengths = Math.Sqrt(gram[i, i]) * Math.Sqrt(gram[j, j]);
        if (!(Math.Abs(gram[i, j] - gram[j, i]) <= SymmetryTolerance * lengths))
        {
            throw new ArgumentException(
                $"gram must be symmetric, but gram[{i}, {j}] is {gram[i, j]} and gram[{j}, {i}] is {gram[j, i]}.",
                nameof(gram));
        }
    }

    private static void RequireWithinLengths(double[,] gram, int i, int j)
    {
        var lengths = Math.Sqrt(Math.Max(gram[i, i], SmallestSquare)) * Math.Sqrt(Math.Max(gram[j, j], SmallestSquare));
        if (!(Math.Abs(gram[i, j]) <= (1 + LengthTolerance) * lengths))
        {
            throw new ArgumentException(
                $"gram[{i}, {j}] must be at most sqrt(gram[{i}, {i}] gram[{j}, {j}]) = {lengths} in size, as inner "
                + $"products are, but is {gram[i, j]}.",
                nameof(gram));
        }
    }
}
