using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>
/// The inner products of two gradients of the same parameters, tensor by tensor. Sums within a tensor are taken in its
/// type, but at least in float32, whose squares keep their digits from elements of 1e-19 to lengths of 1e19; sums over
/// tensors in double. All on the gradients' device; nothing is read back.
/// </summary>
internal sealed class GradientProducts
{
    /// <summary>Double, [3, tensors], or [3] for the whole.</summary>
    private readonly Tensor _products;

    /// <param name="first">One tensor per parameter; at least one.</param>
    /// <param name="second">Likewise, of the same shapes.</param>
    public GradientProducts(IReadOnlyList<Tensor> first, IReadOnlyList<Tensor> second)
    {
        var dots = first.Zip(second, Dots).ToArray();
        _products = stack([.. dots.Select(dot => dot.Aa), .. dots.Select(dot => dot.Ab), .. dots.Select(dot => dot.Bb)])
            .to(ScalarType.Float64).reshape(3, dots.Length);
    }

    /// <param name="products">Double, [3, tensors]: |first|^2, first . second, |second|^2.</param>
    public GradientProducts(Tensor products) => _products = products;

    /// <summary>Double, [3, tensors]: |first|^2, first . second, |second|^2.</summary>
    public Tensor Values => _products;

    /// <summary>|first|^2 of each parameter tensor, double, [tensors]; a scalar for the whole.</summary>
    public Tensor FirstFirst => _products.select(0, 0);

    /// <summary>first . second of each parameter tensor, double, [tensors]; a scalar for the whole.</summary>
    public Tensor FirstSecond => _products.select(0, 1);

    /// <summary>|second|^2 of each parameter tensor, double, [tensors]; a scalar for the whole.</summary>
    public Tensor SecondSecond => _products.select(0, 2);

    /// <summary>The products of the gradients as whole vectors.</summary>
    public GradientProducts Whole() => new(_products.sum([1L]));

    /// <summary>The products of several pairs of gradients side by side, each pair as whole vectors: [pairs].</summary>
    public static GradientProducts Wholes(IEnumerable<GradientProducts> pairs) =>
        new(stack(pairs.Select(pair => pair.Whole()._products).ToArray(), 1));

    /// <summary>All three at once, while both tensors are in the cache.</summary>
    private static (Tensor Aa, Tensor Ab, Tensor Bb) Dots(Tensor first, Tensor second)
    {
        if (first.HasSixteenBits())
        {
            using var scope = NewDisposeScope(); // frees the copies before those of the next tensor are made
            var (aa, ab, bb) = Dots(first.to(ScalarType.Float32), second.to(ScalarType.Float32));
            return (aa.MoveToOuterDisposeScope(), ab.MoveToOuterDisposeScope(), bb.MoveToOuterDisposeScope());
        }

        var (a, b) = (Vector(first), Vector(second));
        return (a.dot(a), a.dot(b), b.dot(b));
    }

    private static Tensor Vector(Tensor tensor) => tensor.dim() == 1 ? tensor : tensor.flatten();
}
