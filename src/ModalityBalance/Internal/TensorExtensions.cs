using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>Properties of tensors besides their values, and their descriptions in error messages.</summary>
internal static class TensorExtensions
{
    /// <summary>Whether shape, type and device equal those of <paramref name="other"/>. Reads no value.</summary>
    public static bool IsLike(this Tensor tensor, Tensor other) =>
        tensor.shape.SequenceEqual(other.shape)
        && tensor.dtype == other.dtype
        && tensor.device.type == other.device.type
        && tensor.device.index == other.device.index;

    /// <summary>Whether the type has 16 bits: sums of squares overflow in it, or keep three digits.</summary>
    public static bool HasSixteenBits(this Tensor tensor) => tensor.dtype is ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>One value per sample in a shape that acts on all that a tensor holds of the sample, [batch, 1, ...].</summary>
    /// <param name="perSample">[batch].</param>
    /// <param name="dimensions">The dimensions of the tensor, at least 1.</param>
    public static Tensor AlongBatch(this Tensor perSample, long dimensions) =>
        perSample.reshape([-1, .. Enumerable.Repeat(1L, (int)dimensions - 1)]);

    /// <summary>Type, shape and device as text, "Float32 [64, 10] on cuda:0".</summary>
    public static string Kind(this Tensor tensor) => $"{tensor.dtype} {tensor.Describe()} on {tensor.device}";

    /// <summary>A shape as text, "[64, 1, 28, 28]".</summary>
    public static string Describe(this Tensor tensor) => tensor.shape.Describe();

    /// <summary>A shape as text, "[64, 1, 28, 28]".</summary>
    public static string Describe(this long[] shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Concatenates the tensors of several batches along the batch.</summary>
    /// <param name="parts">At least one, each [batch, ...].</param>
    /// <param name="name">The parameter's name, for messages.</param>
    /// <exception cref="ArgumentException">They differ in more than the number of samples.</exception>
    public static Tensor Concatenate(this Tensor[] parts, string name)
    {
        var first = parts[0].shape;
        foreach (var (i, part) in parts.Index())
        {
            if (!part.shape.AsSpan(1).SequenceEqual(first.AsSpan(1)))
            {
                throw new ArgumentException(
                    $"{name} must have the same shape in every batch but for their number of samples, {first.Describe()} as "
                    + $"in the first, but batch {i} has {part.Describe()}.");
            }
        }

        return cat(parts, 0);
    }
}
