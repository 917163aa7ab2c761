using static TorchSharp.torch;

namespace ModalityBalance.Plots;

/// <summary>Samples in the plane of their two leading principal components.</summary>
/// <param name="Points">One per sample.</param>
/// <param name="Shares">The share of the variance along either component, in [0, 1].</param>
internal sealed record PrincipalPlane(IReadOnlyList<(double X, double Y)> Points, IReadOnlyList<double> Shares)
{
    /// <summary>Projects samples.</summary>
    /// <param name="representations">[samples, ...].</param>
    /// <exception cref="ArgumentException">There are fewer than two samples, or a value is not finite.</exception>
    public static PrincipalPlane Of(Tensor representations)
    {
        using var scope = NewDisposeScope();
        if (representations.dim() < 2 || representations.shape[0] < 2 || representations.numel() == 0)
        {
            throw new ArgumentException(
                "representations must have shape [samples, ...] with at least two samples, but have shape "
                + $"[{string.Join(", ", representations.shape)}].", nameof(representations));
        }

        var rows = representations.detach().cpu().to(ScalarType.Float64).reshape(representations.shape[0], -1);
        if (!rows.isfinite().all().item<bool>())
        {
            throw new ArgumentException("representations must be finite, but hold NaN or infinity.", nameof(representations));
        }

        var centered = rows - rows.mean([0L], keepdim: true);
        var (u, s, _) = linalg.svd(centered, fullMatrices: false);
        double[] variances = s.square().data<double>().ToArray();
        double total = variances.Sum();
        double[] first = Coordinates(u, s, 0), second = Coordinates(u, s, 1);
        return new PrincipalPlane(
            [.. first.Zip(second)],
            [Share(0), Share(1)]);

        double Share(int i) => total > 0 && i < variances.Length ? variances[i] / total : 0;
    }

    /// <summary>Coordinates along one component, 0 where there is none. The one farthest from 0 is positive, so that the sign
    /// does not depend on the solver.</summary>
    private static double[] Coordinates(Tensor u, Tensor s, int component)
    {
        if (component >= s.shape[0])
        {
            return new double[u.shape[0]];
        }

        double[] values = (u.select(1, component) * s[component]).contiguous().data<double>().ToArray();
        return values.MaxBy(Math.Abs) < 0 ? [.. values.Select(value => -value)] : values;
    }
}
