using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>
/// The inner products of two gradients of the same parameters, tensor by tensor. Sums over tensors are taken in
/// double on the gradients' device; nothing is read back.
/// </summary>
internal sealed class GradientProducts
{
    /// <param name="first">One tensor per parameter; at least one.</param>
    /// <param name="second">Likewise, of the same shapes.</param>
    public GradientProducts(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second)
    {
        FirstFirst = Dots(first, first);
        FirstSecond = Dots(first, second);
        SecondSecond = Dots(second, second);
    }

    private GradientProducts(Tensor firstFirst, Tensor firstSecond, Tensor secondSecond)
    {
        (FirstFirst, FirstSecond, SecondSecond) = (firstFirst, firstSecond, secondSecond);
    }

    /// <summary>|first|^2 of each parameter tensor, double, [tensors]; a scalar for the whole.</summary>
    public Tensor FirstFirst { get; }

    /// <summary>first . second of each parameter tensor, double, [tensors]; a scalar for the whole.</summary>
    public Tensor FirstSecond { get; }

    /// <summary>|second|^2 of each parameter tensor, double, [tensors]; a scalar for the whole.</summary>
    public Tensor SecondSecond { get; }

    /// <summary>The products of the gradients as whole vectors.</summary>
    public GradientProducts Whole() => new(FirstFirst.sum(), FirstSecond.sum(), SecondSecond.sum());

    private static Tensor Dots(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second) =>
        stack(first.Zip(second, (a, b) => a.flatten().dot(b.flatten())).ToArray()).to(ScalarType.Float64);
}
