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

    /// <summary>Pulls a group into the open dispose scope, on the device; the last of an epoch may be smaller.</summary>
    /// <returns>Empty at the end.</returns>
    public IReadOnlyList<MultimodalBatch> Next()
    {
        var group = new List<MultimodalBatch>();
        while (group.Count < groupSize && _batches.MoveNext())
        {
            group.Add(_batches.Current.To(device));
        }

        return group;
    }

    public void Dispose() => _batches.Dispose();
}
