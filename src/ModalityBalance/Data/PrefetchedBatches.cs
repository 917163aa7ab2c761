using ModalityBalance.Distributed;

namespace ModalityBalance.Data;

/// <summary>Another source's batches, made before they are asked for.</summary>
internal sealed class PrefetchedBatches(IBatchSource source, int capacity) : IBatchSource, IBatchSizes, IPartialBatches
{
    public int? BatchCount => source.BatchCount;

    public string Description => source.Description;

    public long? SmallestBatch => (source as IBatchSizes)?.SmallestBatch;

    public bool HasParts => source is IPartialBatches { HasParts: true };

    public IEnumerable<MultimodalBatch> Batches(int epoch) => Produced(() => source.Batches(epoch)
        ?? throw new InvalidOperationException($"source must give the batches of epoch {epoch}, but gave null."));

    public IEnumerable<MultimodalBatch> Parts(int epoch, ProcessGroup processes) =>
        Produced(() => ((IPartialBatches)source).Parts(epoch, processes));

    private IEnumerable<MultimodalBatch> Produced(Func<IEnumerable<MultimodalBatch>> batches)
    {
        using var producer = new BatchProducer(batches(), capacity);
        while (producer.Take() is { } batch)
        {
            yield return batch;
        }
    }
}
