using System.Runtime.CompilerServices;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Solvers;

/// <summary>Checks of inner products at the border of the solvers.</summary>
internal static class InnerProducts
{
    internal static void RequireSquaredNorm(
        double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        RequireFinite(value, name);
        if (value < 0)
        {
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} is a squared norm and must be at least 0, but is {value}.");
        }
    }

    internal static void RequireFinite(
        double value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be finite, but is {value}.");
        }
    }

    internal static void RequireAlike(Tensor reference, Tensor other, string name)
    {
        ArgumentNullException.ThrowIfNull(other, name);
        if (other.dtype != reference.dtype || !other.shape.SequenceEqual(reference.shape))
        {
            throw new ArgumentException(
                $"{name} must be {reference.dtype} {reference.Describe()} like the other inner products, but is "
                + $"{other.dtype} {other.Describe()}.",
                name);
        }
    }
}
