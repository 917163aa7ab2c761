namespace ModalityBalance.Data;

/// <summary>The batches of a data set held in memory, in order or shuffled.</summary>
internal sealed class DatasetBatches : IBatchSource, IBatchSizes
{
    private readonly MultimodalDataset _data;
    private readonly int _batchSize;
    private readonly int? _seed;
    private readonly bool _dropLast;

    public DatasetBatches(MultimodalDataset data, int batchSize, int? seed, bool dropLast)
    {
        if (batchSize < 1 || batchSize > data.Count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchSize), $"batchSize must lie in [1, {data.Count}], the number of samples, but is {batchSize}.");
        }

        (_data, _batchSize, _seed, _dropLast) = (data, batchSize, seed, dropLast);
    }

    public int? BatchCount => (int)((_data.Count + (_dropLast ? 0 : _batchSize - 1)) / _batchSize);

    public long? SmallestBatch => _dropLast || _data.Count % _batchSize == 0 ? _batchSize : _data.Count % _batchSize;

    public string Description =>
        $"{_data.Count} samples in batches of {_batchSize}, "
        + (_seed is null ? "in order" : $"shuffled with seed {_seed}")
        + (_dropLast ? ", without a last partial one" : "")
        + $", of content {_data.Digest}";

    public IEnumerable<MultimodalBatch> Batches(int epoch)
    {
        var order = Enumerable.Range(0, (int)_data.Count).Select(i => (long)i).ToArray();
        if (_seed is { } seed)
        {
            new Random(unchecked((seed * 1_000_003) + epoch)).Shuffle(order);
        }

        return order.Chunk(_batchSize).Where(batch => batch.Length == _batchSize || !_dropLast).Select(_data.Select);
    }
}
