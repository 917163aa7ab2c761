namespace ModalityBalance.Data;

/// <summary>The batches that a function gives for each epoch.</summary>
internal sealed class DelegateBatches : IBatchSource
{
    private readonly Func<int, IEnumerable<MultimodalBatch>> _batches;

    public DelegateBatches(Func<int, IEnumerable<MultimodalBatch>> batches, int? batchCount)
    {
        if (batchCount < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(batchCount), $"batchCount must not be negative, but is {batchCount}.");
        }

        (_batches, BatchCount) = (batches, batchCount);
    }

    public int? BatchCount { get; }

    public IEnumerable<MultimodalBatch> Batches(int epoch) => _batches(epoch);
}
