using ModalityBalance.Internal;

namespace ModalityBalance.Data;

/// <summary>Creates batch sources from sequences of batches, loaders and functions.</summary>
public static class BatchSource
{
    /// <summary>Creates a source of the same batches in every epoch.</summary>
    /// <param name="batches">Enumerated again in every epoch. Tensors that it makes while it is enumerated are freed
    /// after their step, others stay the caller's.</param>
    public static IBatchSource From(IEnumerable<MultimodalBatch> batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return new DelegateBatches(_ => batches, CountOf(batches));
    }

    /// <summary>Creates a source of the batches that a function returns for each epoch.</summary>
    /// <param name="batches">Takes the epoch, from 0; returns the same batches for the same epoch. Tensors: as for
    /// <see cref="From(IEnumerable{MultimodalBatch})"/>.</param>
    /// <param name="batchCount">Batches in an epoch; null if not known before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static IBatchSource From(Func<int, IEnumerable<MultimodalBatch>> batches, int? batchCount = null)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return new DelegateBatches(batches, batchCount);
    }

    /// <summary>Creates a source from the items of a loader, such as TorchSharp's <c>DataLoader</c>; the same loader in every
    /// epoch.</summary>
    /// <typeparam name="T">The loader's items; dictionaries of tensors by name for a <c>DataLoader</c>.</typeparam>
    /// <param name="loader">Enumerated again in every epoch. The caller owns it.</param>
    /// <param name="toBatch">Turns an item into a batch. The batch outlives the item: it may hold the item's own tensors although
    /// the loader disposes them before its next item, as a <c>DataLoader</c> does.</param>
    /// <param name="batchCount">Batches in an epoch; null if not known before.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static IBatchSource From<T>(
        IEnumerable<T> loader, Func<T, MultimodalBatch> toBatch, int? batchCount = null)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return From(_ => loader, toBatch, batchCount ?? CountOf(loader));
    }

    /// <summary>Creates a source from the items of a loader per epoch.</summary>
    /// <typeparam name="T">The loader's items.</typeparam>
    /// <param name="loader">Takes the epoch, from 0, and returns a loader, which remains the caller's. One that is seeded by the
    /// epoch shuffles every epoch differently, and a repeated run in the same way.</param>
    /// <param name="toBatch">Turns an item into a batch, which outlives the item.</param>
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

    /// <summary>Creates a source that loads samples by their numbers, such as the files of a folder.</summary>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <param name="batchSize">In [1, <paramref name="count"/>]; the last batch holds what is left.</param>
    /// <param name="load">Loads the samples with the given numbers, in [0, <paramref name="count"/>), in that order. Its second
    /// argument is the epoch, from 0, from which random changes of the samples should take their seed. Tensors: as for
    /// <see cref="From(IEnumerable{MultimodalBatch})"/>.</param>
    /// <param name="seed">Shuffles the samples, in every epoch in another order, which depends only on seed and epoch.
    /// <see langword="null"/>, the default, keeps their order.</param>
    /// <param name="dropLast">Whether a last partial batch is left out. Defaults to <see langword="false"/>.</param>
    /// <param name="content">What the samples are, such as the name and version of the data set. A run is not resumed with other
    /// content. Empty, the default, if unknown.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no sample, or the batch is empty or larger than the data.</exception>
    public static IBatchSource FromSamples(
        long count,
        int batchSize,
        Func<long[], int, MultimodalBatch> load,
        int? seed = null,
        bool dropLast = false,
        string content = "")
    {
        ArgumentNullException.ThrowIfNull(load);
        ArgumentNullException.ThrowIfNull(content);
        Require.AtLeast(1, count);
        return new SampleBatches(count, batchSize, seed, dropLast, load, () => content);
    }

    /// <summary>Creates the next batches on a thread of its own while the current one is used. Order and content stay the same; an
    /// exception is thrown in place of the batch that could not be created. The thread ends with the epoch, or, when the epoch is
    /// left early, after the batch in progress: leave it by disposing the enumerator, as <c>foreach</c> does, or the thread never
    /// ends.</summary>
    /// <param name="source">Its batches are pulled, and its tensors created and freed, on that thread, in the gradient mode of the
    /// thread that uses them. It must not draw from TorchSharp's global generator, from which the training step draws, too, because
    /// the order of the draws would depend on timing. Nor may it touch the model.</param>
    /// <param name="batches">How many batches may wait; at least 1, the default, which suffices unless some batches take much longer
    /// than others. They are held in memory.</param>
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
