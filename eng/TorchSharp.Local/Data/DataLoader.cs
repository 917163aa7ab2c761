using System.Collections;
using static TorchSharp.torch.utils.data;

namespace TorchSharp.Modules;

/// <summary>
/// Batches of a data set, collated. The tensors of a batch are disposed when the next one is asked for; samples are read
/// one after the other whatever the number of workers.
/// </summary>
public class DataLoader<T, S> : IEnumerable<S>, IDisposable
{
    private readonly IEnumerable<long> _order;

    public DataLoader(Dataset<T> dataset, int batchSize, Func<IEnumerable<T>, torch.Device, S> collate_fn, bool shuffle = false,
        torch.Device? device = null, int? seed = null, int num_worker = 1, bool drop_last = false, bool disposeBatch = true,
        bool disposeDataset = true)
    {
        this.dataset = dataset;
        batch_size = batchSize;
        this.drop_last = drop_last;
        Device = device ?? torch.CPU;
        this.collate_fn = collate_fn;
        DisposeBatch = disposeBatch;
        DisposeDataset = disposeDataset;
        _order = shuffle ? Shuffled(dataset.Count, seed) : InOrder(dataset.Count);
    }

    internal Dataset<T> dataset { get; }

    internal int batch_size { get; }

    public bool drop_last { get; }

    public torch.Device Device { get; }

    internal Func<IEnumerable<T>, torch.Device, S> collate_fn { get; }

    internal bool DisposeBatch { get; }

    internal bool DisposeDataset { get; }

    public long Count => drop_last ? dataset.Count / batch_size : (dataset.Count + batch_size - 1) / batch_size;

    public IEnumerator<S> GetEnumerator()
    {
        foreach (long[] indices in _order.Chunk(batch_size))
        {
            if (drop_last && indices.Length < batch_size)
            {
                yield break;
            }
            (S batch, IReadOnlyList<IDisposable> created) = Load(indices);
            try
            {
                yield return batch;
            }
            finally
            {
                DisposeAll(DisposeBatch ? created : []);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing && DisposeDataset)
        {
            dataset.Dispose();
        }
    }

    // The batch belongs to no scope: the caller may open and close scopes while it is in use.
    private (S Batch, IReadOnlyList<IDisposable> Created) Load(long[] indices)
    {
        using DisposeScope samples = torch.NewDisposeScope();
        T[] items = Array.ConvertAll(indices, dataset.GetTensor);
        using DisposeScope collated = torch.NewDisposeScope();
        S batch = collate_fn(items, Device);
        IReadOnlyList<IDisposable> created = collated.DisposablesView;
        collated.Detach([.. created]);
        return (batch, created);
    }

    private static void DisposeAll(IEnumerable<IDisposable> disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            disposable.Dispose();
        }
    }

    private static IEnumerable<long> InOrder(long count)
    {
        for (long i = 0; i < count; i++)
        {
            yield return i;
        }
    }

    // Another order at every pass without a seed, the same one with it; the order of the published one for that seed.
    private static IEnumerable<long> Shuffled(long count, int? seed)
    {
        Random random = seed is int given ? new Random(given) : new Random();
        var order = new long[count];
        for (long i = 0; i < count; i++)
        {
            long other = unchecked(((long)random.Next() << 32) + (uint)random.Next()) % (i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        foreach (long index in order)
        {
            yield return index;
        }
    }
}

/// <summary>Batches of a data set of named tensors, stacked by name.</summary>
public class DataLoader : DataLoader<Dictionary<string, torch.Tensor>, Dictionary<string, torch.Tensor>>
{
    public DataLoader(Dataset dataset, int batchSize, bool shuffle = false, torch.Device? device = null, int? seed = null, int num_worker = 1,
        bool drop_last = false, bool disposeBatch = true, bool disposeDataset = true)
        : base(dataset, batchSize, Stack, shuffle, device, seed, num_worker, drop_last, disposeBatch, disposeDataset)
    {
    }

    private static Dictionary<string, torch.Tensor> Stack(IEnumerable<Dictionary<string, torch.Tensor>> samples, torch.Device device)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return samples.First().Keys.ToDictionary(
            key => key,
            key => torch.stack(samples.Select(sample => sample[key])).to(device).MoveToOuterDisposeScope());
    }
}
