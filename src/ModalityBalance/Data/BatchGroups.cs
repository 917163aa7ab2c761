using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>The batches of an epoch, in groups that make up one step each.</summary>
internal sealed class BatchGroups(IEnumerable<MultimodalBatch> batches, int groupSize, Device device) : IDisposable
{
    private readonly IEnumerator<MultimodalBatch> _batches = batches.GetEnumerator();

    /// <summary>Passes over batches that a run has used before it was interrupted.</summary>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public void Skip(long count)
    {
        for (long i = 0; i < count; i++)
        {
            using var scope = NewDisposeScope();
            if (!_batches.MoveNext())
            {
                throw new ArgumentException(
                    $"train must give at least the {count} batches that the epoch had when it was interrupted, but gave "
                    + $"{i}.");
            }
        }
    }

    /// <summary>Pulls a group, on the device; the last of an epoch may be smaller.</summary>
    /// <param name="scope">Owns copies of batches that wait for others, which a source may reuse or free meanwhile.</param>
    /// <returns>Empty at the end.</returns>
    public IReadOnlyList<MultimodalBatch> Next(DisposeScope scope)
    {
        var group = new List<MultimodalBatch>();
        while (group.Count < groupSize && _batches.MoveNext())
        {
            var batch = _batches.Current.To(device).WithoutGraphs();
            group.Add(groupSize == 1 ? batch : batch.Map(Copy));
        }

        return group;

        Tensor Copy(Tensor tensor)
        {
            var copy = tensor.clone().DetachFromDisposeScope();
            scope.Attach(copy);
            return copy;
        }
    }

    public void Dispose() => _batches.Dispose();
}
