namespace TorchSharp;

/// <summary>
/// Disposes, when it is disposed, every tensor that its thread created since and that did not leave it. The published
/// one holds packed sequences too.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    // A tensor knows its place in this list, so that leaving is a swap with the last one.
    private readonly List<torch.Tensor> _tensors = [];
    private DisposeScopeManager? _manager;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        Outer = outer;
    }

    internal DisposeScope? Outer { get; set; }

    public int DisposablesCount => Open()._tensors.Count;

    internal IReadOnlyList<IDisposable> DisposablesView => [.. Open()._tensors];

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this;

    internal T MoveToOuter<T>(T disposable)
        where T : IDisposable
    {
        MoveToOther(Outer, disposable);
        return disposable;
    }

    internal T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        Open();
        if (scope is null)
        {
            return Detach(disposable);
        }
        if (Contains(disposable))
        {
            var tensor = (torch.Tensor)(object)disposable;
            Remove(tensor);
            scope.Add(tensor);
        }
        return disposable;
    }

    internal T Detach<T>(T disposable)
        where T : IDisposable
    {
        Open();
        if (Contains(disposable))
        {
            Remove((torch.Tensor)(object)disposable);
            _manager!.ThreadStatistics.TensorStatistics.DetachedFromScopeCount++;
        }
        return disposable;
    }

    internal void Detach(params IDisposable[] disposables)
    {
        foreach (IDisposable disposable in disposables)
        {
            Detach<IDisposable>(disposable);
        }
    }

    internal void DisposeEverything()
    {
        Open();
        while (_tensors.Count > 0)
        {
            torch.Tensor last = _tensors[^1];
            last.Dispose();
            // An invalid tensor has nothing to dispose and stays.
            if (last.OwningDisposeScope == this)
            {
                Remove(last);
            }
        }
    }

    public void Dispose()
    {
        if (_manager is null)
        {
            return;
        }
        DisposeEverything();
        _manager.Close(this);
        _manager = null;
    }

    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.ScopeIndex = _tensors.Count;
        _tensors.Add(tensor);
    }

    internal void Remove(torch.Tensor tensor)
    {
        torch.Tensor last = _tensors[^1];
        _tensors[tensor.ScopeIndex] = last;
        last.ScopeIndex = tensor.ScopeIndex;
        _tensors.RemoveAt(_tensors.Count - 1);
        tensor.OwningDisposeScope = null;
    }

    private DisposeScope Open()
    {
        ObjectDisposedException.ThrowIf(_manager is null, this);
        return this;
    }
}
