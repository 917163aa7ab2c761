namespace ModalityBalance.Data;

/// <summary>Another source's batches, made before they are asked for.</summary>
internal sealed class PrefetchedBatches(IBatchSource source, int capacity) : IBatchSource, IBatchSizes
{
    public int? BatchCount => source.BatchCount;

    public string Description => source.Description;

    public long? SmallestBatch => (source as IBatchSizes)?.SmallestBatch;

    public IEnumerable<MultimodalBatch> Batches(int epoch)
    {
        using var producer = new BatchProducer(
            source.Batches(epoch)
                ?? throw new InvalidOperationException($"source must give the batches of epoch {epoch}, but gave null."),
            capacity);
        while (producer.Take() is { } batch)
        {
            yield return batch;
        }
    }
}
