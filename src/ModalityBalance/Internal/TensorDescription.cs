using static TorchSharp.torch;

namespace ModalityBalance.Internal;

/// <summary>How error messages name a tensor, and what they say of tensors that do not fit together.</summary>
internal static class TensorDescription
{
    /// <summary>A shape as text, "[64, 1, 28, 28]".</summary>
    public static string Describe(this Tensor tensor) => tensor.shape.Describe();

    /// <summary>A shape as text, "[64, 1, 28, 28]".</summary>
    public static string Describe(this long[] shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>The tensors of several batches one after the other.</summary>
    /// <param name="parts">At least one, each [batch, ...].</param>
    /// <param name="name">What they are, for messages.</param>
    /// <exception cref="ArgumentException">They differ in more than the batch.</exception>
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
