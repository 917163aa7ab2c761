using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// Conventional Pareto integration, as MMPareto's paper compares against it (Wei and Hu, ICML 2024, Eq. 9; MGDA):
/// the number of gradients times their point of least norm, so that equal weights give the plain sum.
/// </summary>
public static class ParetoDirection
{
    /// <summary>The coefficients of the direction <c>2 alpha_m g_m + 2 alpha_u g_u</c>.</summary>
    /// <param name="mm">The squared norm of the multimodal loss's gradient.</param>
    /// <param name="mu">The inner product of the multimodal and the unimodal loss's gradient.</param>
    /// <param name="uu">The squared norm of the unimodal loss's gradient.</param>
    /// <returns>Both coefficients, in [0, 2] and of sum 2.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A number is not finite, or mm or uu is negative.
    /// </exception>
    public static (double Multimodal, double Unimodal) Coefficients(double mm, double mu, double uu) =>
        (2 * MinNorm.WeightOnFirst(mm, mu, uu), 2 * MinNorm.WeightOnFirst(uu, mu, mm));

    /// <summary>The coefficients of many encoders at once, on the device and without a host read.</summary>
    /// <param name="mm">The squared norm of each multimodal gradient, of any shape and floating-point type.</param>
    /// <param name="mu">The inner product of each pair of gradients, of the same shape and type.</param>
    /// <param name="uu">The squared norm of each unimodal gradient, of the same shape and type.</param>
    /// <returns>Both coefficients, tensors of the same shape and type, owned by the caller's dispose scope.</returns>
    /// <exception cref="ArgumentException">Shapes or types differ.</exception>
    public static (Tensor Multimodal, Tensor Unimodal) Coefficients(Tensor mm, Tensor mu, Tensor uu)
    {
        using var scope = NewDisposeScope();
        var multimodal = MinNorm.WeightOnFirst(mm, mu, uu) * 2;
        var unimodal = MinNorm.WeightOnFirst(uu, mu, mm) * 2;
        return (multimodal.MoveToOuterDisposeScope(), unimodal.MoveToOuterDisposeScope());
    }

    /// <summary>The coefficients for K gradients: K times the least-norm weights.</summary>
    /// <param name="gram">The symmetric K x K matrix of inner products, 1 to 32 rows.</param>
    /// <returns>K coefficients, at least 0 and of sum K.</returns>
    /// <exception cref="ArgumentException">The matrix is not a Gram matrix of 1 to 32 vectors.</exception>
    public static double[] Coefficients(double[,] gram)
    {
        var weights = MinNorm.OfGram(gram).Weights;
        return [.. weights.Select(weight => weights.Count * weight)];
    }
}
