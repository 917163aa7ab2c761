namespace ModalityBalance.Data;

/// <summary>Makes batch sources of what there is: sequences of batches, loaders, functions.</summary>
public static class BatchSource
{
    /// <summary>The same batches in every epoch.</summary>
    /// <param name="batches">Enumerated again in every epoch. Tensors that it makes while it is enumerated are freed
    /// after their step, others stay the caller's.</param>
    public static IBatchSource From(IEnumerable<MultimodalBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return new DelegateBatches(_ => batches, CountOf(batches));
    }

    /// <summary>Batches that a function gives for each epoch.</summary>
    /// <param name="batches">Takes the epoch, from 0; gives the same batches for the same epoch. Their tensors: as for
    /// <see cref="From(IEnumerable{MultimodalBatch})"/>.</param>
    /// <param name="batchCount">Batches in an epoch; null if not known before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static IBatchSource From(Func<int, IEnumerable<MultimodalBatch>> batches, int? batchCount = null)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return new DelegateBatches(batches, batchCount);
    }

    /// <summary>The items of a loader, such as TorchSharp's <c>DataLoader</c>, turned into batches; the same loader in
    /// every epoch.</summary>
    /// <typeparam name="T">What the loader gives; a dictionary of tensors by name for a <c>DataLoader</c>.</typeparam>
    /// <param name="loader">Enumerated again in every epoch. The caller owns it.</param>
    /// <param name="toBatch">Makes a batch of an item. The batch outlives the item: it may hold the item's own tensors
    /// although the loader disposes them before its next item, as a <c>DataLoader</c> does.</param>
    /// <param name="batchCount">Batches in an epoch; null if not known before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static IBatchSource From<T>(
        IEnumerable<T> loader, Func<T, MultimodalBatch> toBatch, int? batchCount = null)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return From(_ => loader, toBatch, batchCount ?? CountOf(loader));
    }

    /// <summary>The items of a loader for each epoch, turned into batches.</summary>
    /// <typeparam name="T">What the loader gives.</typeparam>
    /// <param name="loader">Takes the epoch, from 0, and gives a loader, which stays the caller's. One seeded by the
    /// epoch shuffles every epoch in an order of its own, and a repeated run in the same orders.</param>
    /// <param name="toBatch">Makes a batch of an item, which the batch outlives.</param>
    /// <param name="batchCount">Batches in an epoch; null if not known before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static IBatchSource From<T>(
        Func<int, IEnumerable<T>> loader, Func<T, MultimodalBatch> toBatch, int? batchCount = null)
    {
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentNullException.ThrowIfNull(toBatch);
        return new DelegateBatches(epoch => Loaded(epoch).Select(Batch), batchCount);

        IEnumerable<T> Loaded(int epoch) => loader(epoch)
            ?? throw new InvalidOperationException($"loader must give a loader for epoch {epoch}, but gave null.");

        MultimodalBatch Batch(T item) => (toBatch(item)
            ?? throw new InvalidOperationException("toBatch must make a batch of every item, but made null.")).Alias();
    }

    /// <summary>Makes the next batches on a thread of its own while the present one is used. Order and content stay the
    /// same; so do exceptions, which come in the place of the batch that could not be made. The thread ends with the
    /// epoch, or when the epoch is left early, once the batch in the making is done: leave it by disposing the
    /// enumerator, as <c>foreach</c> does, or the thread waits for ever.</summary>
    /// <param name="source">Its batches are pulled, and its tensors made and freed, on that thread, in the gradient
    /// mode of the thread that uses them. It must not draw from TorchSharp's global generator, from which the training
    /// step draws too: the order of the draws would be a matter of chance. Nor may it touch the model.</param>
    /// <param name="batches">How many batches may wait; at least 1, the default, which suffices unless some batches
    /// take much longer than others. Their memory comes on top.</param>
    /// <exception cref="ArgumentOutOfRangeException">No batch may wait.</exception>
    public static IBatchSource Prefetch(this IBatchSource source, int batches = 1)
    {
        ArgumentNullException.ThrowIfNull(source);
        return batches >= 1
            ? new PrefetchedBatches(source, batches)
            : throw new ArgumentOutOfRangeException(
                nameof(batches), $"batches must be at least 1, but is {batches}.");
    }

    private static int? CountOf<T>(IEnumerable<T> items) =>
        items.TryGetNonEnumeratedCount(out int count) ? count : null;
}
