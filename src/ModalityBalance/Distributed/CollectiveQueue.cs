using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace ModalityBalance.Distributed;

/// <summary>Carries out collectives on a thread of its own, in order, while the caller continues to compute. The thread starts
/// with the first of them.</summary>
internal sealed class CollectiveQueue : IDisposable
{
    private readonly BlockingCollection<Action> _waiting = [];
    private readonly object _gate = new();
    private int _open;
    private bool _isDisposed;
    private ExceptionDispatchInfo? _failure;
    private Thread? _thread;

    /// <summary>Adds a collective.</summary>
    public void Add(Action collective)
    {
        lock (_gate)
        {
            _open++;
        }

        _waiting.Add(collective);
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = nameof(CollectiveQueue) };
            _thread.Start();
        }
    }

    /// <summary>Waits until all are carried out, and throws the first failure.</summary>
    public void Wait()
    {
        lock (_gate)
        {
            while (_open > 0)
            {
                Monitor.Wait(_gate);
            }

            var failure = _failure;
            _failure = null;
            failure?.Throw();
        }
    }

    /// <summary>Ends the thread when what was added is carried out.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _waiting.CompleteAdding();
        _thread?.Join();
        _waiting.Dispose();
    }

    private void Run()
    {
        foreach (var collective in _waiting.GetConsumingEnumerable())
        {
            ExceptionDispatchInfo? failure = null;
            if (_failure is null)
            {
                try
                {
                    collective();
                }
                catch (Exception e)
                {
                    failure = ExceptionDispatchInfo.Capture(e);
                }
            }

            lock (_gate)
            {
                _failure ??= failure;
                _open--;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
