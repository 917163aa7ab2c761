using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>
/// Makes batches on a thread of its own, never more than may wait. Each thread frees the handles that it made, so that
/// the tensor statistics of both stay true: this one those under which it offered a batch, the taker's scope those
/// under which it took it.
/// </summary>
internal sealed class BatchProducer : IDisposable
{
    private readonly IEnumerable<MultimodalBatch> _batches;
    private readonly int _capacity;
    private readonly bool _gradients = is_grad_enabled();
    private readonly BlockingCollection<MultimodalBatch> _offered = [];
    private readonly ConcurrentQueue<MultimodalBatch> _taken = [];
    private readonly SemaphoreSlim _places;
    private readonly Thread _thread;
    private volatile bool _ended;
    private ExceptionDispatchInfo? _failure;

    public BatchProducer(IEnumerable<MultimodalBatch> batches, int capacity)
    {
        (_batches, _capacity, _places) = (batches, capacity, new SemaphoreSlim(capacity));
        _thread = new Thread(Run) { IsBackground = true, Name = nameof(BatchSource.Prefetch) };
        _thread.Start();
    }

    /// <summary>The next batch, its tensors in the open dispose scope; null after the last. Throws what kept the next
    /// one from being made.</summary>
    public MultimodalBatch? Take()
    {
        if (_offered.TryTake(out var offered, Timeout.Infinite))
        {
            var batch = offered.Alias();
            _taken.Enqueue(offered);
            _places.Release();
            return batch;
        }

        _failure?.Throw();
        return null;
    }

    /// <summary>Ends the thread, once the batch in the making is done.</summary>
    public void Dispose()
    {
        _ended = true;
        _places.Release(2); // for the loops that may be waiting, one after the other
        _thread.Join();
        _offered.Dispose();
        _places.Dispose();
    }

    private void Run()
    {
        using var mode = set_grad_enabled(_gradients);
        try
        {
            Produce();
        }
        catch (Exception failure)
        {
            _failure = ExceptionDispatchInfo.Capture(failure);
        }

        _offered.CompleteAdding();
        _places.Release(); // of the batch that was not made
        FreeWhatWasMade();
    }

    private void Produce()
    {
        using var next = _batches.GetEnumerator();
        while (WaitForPlace() && Make(next) is { } batch)
        {
            _offered.Add(batch);
        }
    }

    private void FreeWhatWasMade()
    {
        int places = 0;
        while (places < _capacity && WaitForPlace())
        {
            places++; // when all are free again, every batch was taken
        }

        Free(_offered.GetConsumingEnumerable());
    }

    /// <summary>False when nobody will take any more.</summary>
    private bool WaitForPlace()
    {
        _places.Wait();
        while (_taken.TryDequeue(out var batch))
        {
            Free([batch]);
        }

        return !_ended;
    }

    private static MultimodalBatch? Make(IEnumerator<MultimodalBatch> next)
    {
        using var scope = NewDisposeScope();
        return !next.MoveNext() ? null
            : (next.Current ?? throw new InvalidOperationException("source must give batches, but gave null."))
                .Map(tensor => tensor.clone()).Detach(); // the source may write to its tensors again
    }

    private static void Free(IEnumerable<MultimodalBatch> batches)
    {
        foreach (var tensor in batches.SelectMany(batch => batch.Tensors()))
        {
            tensor.Dispose();
        }
    }
}
