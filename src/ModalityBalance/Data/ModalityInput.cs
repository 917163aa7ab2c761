using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>
/// What one modality's encoder reads for one batch: one tensor, or several that belong together (tokens and their
/// mask). Every tensor has the batch as its first dimension. The tensors stay the caller's.
/// </summary>
public sealed class ModalityInput
{
    /// <summary>Groups the tensors of one modality.</summary>
    /// <param name="tensors">At least one tensor; all have the same first dimension, the batch.</param>
    /// <exception cref="ArgumentException">No tensor, a scalar, or unequal batch sizes.</exception>
    public ModalityInput(params IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Count == 0)
        {
            throw new ArgumentException("tensors must hold at least one tensor, but is empty.", nameof(tensors));
        }

        foreach (var tensor in tensors)
        {
            if (tensor.dim() == 0 || tensor.shape[0] != tensors[0].shape[0])
            {
                throw new ArgumentException(
                    "tensors must all have the same batch as first dimension, but their shapes are "
                    + string.Join(", ", tensors.Select(t => t.Describe())) + ".", nameof(tensors));
            }
        }

        Tensors = tensors;
    }

    /// <summary>The tensors, in the order in which the encoder takes them.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>Samples in the batch.</summary>
    public long BatchSize => Tensors[0].shape[0];

    /// <summary>The input of an encoder that reads a single tensor.</summary>
    public static implicit operator ModalityInput(Tensor tensor) => FromTensor(tensor);

    /// <summary>The input of an encoder that reads a single tensor.</summary>
    /// <param name="tensor">Shape [batch, ...].</param>
    public static ModalityInput FromTensor(Tensor tensor) => new([tensor]);

    /// <summary>The chosen samples.</summary>
    /// <param name="rows">Indices along the batch, int64, shape [count], on the tensors' device.</param>
    /// <returns>New tensors; the caller owns them.</returns>
    public ModalityInput Select(Tensor rows) => Map(tensor => tensor.index_select(0, rows));

    /// <summary>Samples that follow each other.</summary>
    /// <param name="first">The first of them, from 0.</param>
    /// <param name="count">How many.</param>
    /// <returns>Views of the tensors; the caller owns them.</returns>
    internal ModalityInput Narrow(long first, long count) => Map(tensor => tensor.narrow(0, first, count));

    /// <summary>The same samples on <paramref name="device"/>.</summary>
    /// <returns>Copies, or aliases of tensors that are there already; the caller owns them.</returns>
    public ModalityInput To(Device device) => Map(tensor => tensor.to(device));

    /// <summary>Inputs of the same modality as one, batch after batch.</summary>
    /// <param name="inputs">At least one.</param>
    /// <param name="name">What they are, for messages.</param>
    /// <exception cref="ArgumentException">Different numbers of tensors, or shapes.</exception>
    internal static ModalityInput Concatenate(IReadOnlyList<ModalityInput> inputs, string name)
    {
        foreach (var (i, input) in inputs.Index())
        {
            if (input.Tensors.Count != inputs[0].Tensors.Count)
            {
                throw new ArgumentException(
                    $"{name} must hold as many tensors in every batch, {inputs[0].Tensors.Count}, but batch {i} holds "
                    + $"{input.Tensors.Count}.");
            }
        }

        return new ModalityInput(inputs[0].Tensors.Select((_, i) =>
            inputs.Select(input => input.Tensors[i]).ToArray().Concatenate(name)).ToArray());
    }

    private ModalityInput Map(Func<Tensor, Tensor> change) => new(Tensors.Select(change).ToArray());
}
