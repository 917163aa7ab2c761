using ModalityBalance.Distributed;

namespace ModalityBalance.Data;

/// <summary>Batches of numbered samples, in order or shuffled.</summary>
internal sealed class SampleBatches : IBatchSource, IBatchSizes, IPartialBatches
{
    private readonly long _count;
    private readonly int _batchSize;
    private readonly int? _seed;
    private readonly bool _dropLast;
    private readonly Func<long[], int, MultimodalBatch> _load;
    private readonly Func<string> _content;

    /// <summary>Creates the source.</summary>
    /// <param name="count">The number of samples.</param>
    /// <param name="batchSize">The number of samples of a batch.</param>
    /// <param name="seed">Chooses the order; null for that of the indices.</param>
    /// <param name="dropLast">Whether a last partial batch is left out.</param>
    /// <param name="load">Loads samples by their indices, for an epoch.</param>
    /// <param name="content">What the samples are; empty if unknown.</param>
    public SampleBatches(
        long count, int batchSize, int? seed, bool dropLast, Func<long[], int, MultimodalBatch> load, Func<string> content)
    {
        if (batchSize < 1 || batchSize > count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), $"batchSize must lie in [1, {count}], the number of samples, but is {batchSize}.");
        }

        (_count, _batchSize, _seed, _dropLast, _load, _content) = (count, batchSize, seed, dropLast, load, content);
    }

    public int? BatchCount => (int)((_count + (_dropLast ? 0 : _batchSize - 1)) / _batchSize);

    public long? SmallestBatch => _dropLast || _count % _batchSize == 0 ? _batchSize : _count % _batchSize;

    public string Description => _content() is { Length: > 0 } content
        ? $"{_count} samples in batches of {_batchSize}, "
            + (_seed is null ? "in order" : $"shuffled with seed {_seed}")
            + (_dropLast ? ", without a last partial one" : "")
            + $", of content {content}"
        : "";

    public bool HasParts => true;

    public IEnumerable<MultimodalBatch> Batches(int epoch) => Orders(epoch).Select(samples => _load(samples, epoch));

    public IEnumerable<MultimodalBatch> Parts(int epoch, ProcessGroup processes) => Orders(epoch).Select(samples =>
        _load([.. MultimodalBatch.RowsFor(processes, samples.Length).Select(row => samples[row])], epoch));

    /// <summary>The samples of every batch.</summary>
    private IEnumerable<long[]> Orders(int epoch)
    {
        var order = Enumerable.Range(0, (int)_count).Select(i => (long)i).ToArray();
        if (_seed is { } seed)
        {
            new Random(unchecked((seed * 1_000_003) + epoch)).Shuffle(order);
        }

        return order.Chunk(_batchSize).Where(batch => batch.Length == _batchSize || !_dropLast);
    }
}
