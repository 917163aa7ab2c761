using MathNet.Numerics.LinearAlgebra;

namespace AudioVisualDigits.Data;

/// <summary>The leading principal components of a set of rows.</summary>
internal sealed class PrincipalComponents
{
    private readonly Vector<double> _mean;
    private readonly Matrix<double> _basis;

    private PrincipalComponents(Vector<double> mean, Matrix<double> basis, IReadOnlyList<double> explained)
    {
        _mean = mean;
        _basis = basis;
        Explained = explained;
    }

    /// <summary>The share of the variance that the first one, two, ... components explain together.</summary>
    public IReadOnlyList<double> Explained { get; }

    /// <summary>Finds the fewest components that explain a share of the variance.</summary>
    /// <param name="rows">The samples, of equal length. They must differ.</param>
    /// <param name="share">The share to reach, in (0, 1).</param>
    public static PrincipalComponents Fit(IReadOnlyList<double[]> rows, double share)
    {
        var mean = Vector<double>.Build.Dense(rows[0].Length);
        foreach (var row in rows)
            mean += Vector<double>.Build.Dense(row);
        mean /= rows.Count;
        var covariance = SumOfOuterProducts(rows) / rows.Count - mean.OuterProduct(mean);
        var decomposition = covariance.Evd(Symmetricity.Symmetric);
        var last = covariance.RowCount - 1; // Eigenvalues come in ascending order.
        var explained = new List<double>();
        for (var k = 0; explained.LastOrDefault() < share; k++)
            explained.Add(explained.LastOrDefault() + decomposition.EigenValues[last - k].Real / covariance.Trace());
        var leading = Enumerable.Range(0, explained.Count).Select(k => decomposition.EigenVectors.Column(last - k));
        return new PrincipalComponents(mean, Matrix<double>.Build.DenseOfColumnVectors(leading), explained);
    }

    /// <summary>Gets what a row keeps when it is projected on the components.</summary>
    public Vector<double> Reconstruct(double[] row)
    {
        var centred = Vector<double>.Build.Dense(row) - _mean;
        return _mean + _basis * _basis.TransposeThisAndMultiply(centred);
    }

    // Most of an image is paper, exactly 0: the few products of ink with ink take a tenth of the time of a dense
    // matrix product.
    private static Matrix<double> SumOfOuterProducts(IReadOnlyList<double[]> rows)
    {
        var length = rows[0].Length;
        var sum = new double[length * length];
        foreach (var row in rows)
        {
            int[] ink = [.. Enumerable.Range(0, length).Where(j => row[j] != 0)];
            foreach (var j in ink)
                foreach (var k in ink)
                    sum[j * length + k] += row[j] * row[k];
        }
        return Matrix<double>.Build.Dense(length, length, sum);
    }
}
