using ModalityBalance.Distributed;

namespace ModalityBalance.Data;

/// <summary>Another source's batches, checked as they come, under the name that messages give the source.</summary>
internal sealed class ValidatedBatches : IBatchSource, IBatchSizes, IPartialBatches
{
    private readonly string _name;
    private readonly IBatchSource _source;

    /// <exception cref="ArgumentException">The source says that it is empty.</exception>
    public ValidatedBatches(string name, IBatchSource source)
    {
        (_name, _source) = (name, source);
        if (source.BatchCount == 0)
        {
            throw new ArgumentException($"{name} must hold at least one batch, but holds none.", name);
        }
    }

    public int? BatchCount => _source.BatchCount;

    public string Description => _source.Description;

    public long? SmallestBatch => (_source as IBatchSizes)?.SmallestBatch;

    public bool HasParts => _source is IPartialBatches { HasParts: true };

    public IEnumerable<MultimodalBatch> Batches(int epoch) => Checked(() => _source.Batches(epoch), epoch);

    public IEnumerable<MultimodalBatch> Parts(int epoch, ProcessGroup processes) =>
        Checked(() => ((IPartialBatches)_source).Parts(epoch, processes), epoch);

    private IEnumerable<MultimodalBatch> Checked(Func<IEnumerable<MultimodalBatch>?> source, int epoch)
    {
        var batches = source()
            ?? throw new ArgumentException($"{_name} must give the batches of epoch {epoch}, but gave null.");
        long count = 0;
        foreach (var batch in batches)
        {
            yield return batch ?? throw new ArgumentException(
                $"{_name} must give batches, but batch {count} of epoch {epoch} is null.");
            count++;
        }

        if (count == 0)
        {
            throw new ArgumentException(
                $"{_name} must hold at least one batch whenever it is asked, but held none in epoch {epoch}: what it gives "
                + "must be enumerable again each time.");
        }
    }
}
