using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>Further handles on the tensors of a batch, which keep them alive when others let go.</summary>
internal static class BatchHandles
{
    /// <summary>All tensors of a batch.</summary>
    public static IEnumerable<Tensor> Tensors(this MultimodalBatch batch) =>
        batch.Inputs.SelectMany(input => input.Tensors).Append(batch.Targets);

    /// <summary>The same batch by handles of its own, which belong to the open dispose scope.</summary>
    public static MultimodalBatch Alias(this MultimodalBatch batch) => new(
        batch.Inputs.Select(input => new ModalityInput(input.Tensors.Select(part => part.alias()).ToArray())).ToArray(),
        batch.Targets.alias(),
        batch.Present,
        batch.SampleIndices);

    /// <summary>The batch itself, its handles taken out of their dispose scope: the caller owns them.</summary>
    public static MultimodalBatch Detach(this MultimodalBatch batch)
    {
        foreach (var tensor in batch.Tensors())
        {
            tensor.DetachFromDisposeScope();
        }

        return batch;
    }
}
