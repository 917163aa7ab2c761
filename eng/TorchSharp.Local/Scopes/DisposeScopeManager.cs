namespace TorchSharp;

/// <summary>The chain of open scopes of one thread, and its statistics.</summary>
public class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? _current;

    public static ThreadDisposeScopeStatistics Statistics => Current.ThreadStatistics;

    internal static DisposeScopeManager Current => _current ??= new DisposeScopeManager();

    internal ThreadDisposeScopeStatistics ThreadStatistics { get; } = new();

    internal DisposeScope? Innermost { get; private set; }

    internal DisposeScope Open() => Innermost = new DisposeScope(this, Innermost);

    /// <summary>Takes a scope out of the chain, wherever in it the scope stands.</summary>
    internal void Close(DisposeScope scope)
    {
        if (Innermost == scope)
        {
            Innermost = scope.Outer;
            return;
        }
        for (DisposeScope? inner = Innermost; inner is not null; inner = inner.Outer)
        {
            if (inner.Outer == scope)
            {
                inner.Outer = scope.Outer;
                return;
            }
        }
    }

    internal void Created(torch.Tensor tensor)
    {
        if (Innermost is null)
        {
            ThreadStatistics.TensorStatistics.CreatedOutsideScopeCount++;
            return;
        }
        ThreadStatistics.TensorStatistics.CreatedInScopeCount++;
        Innermost.Add(tensor);
    }

    internal void Disposing(torch.Tensor tensor)
    {
        if (tensor.OwningDisposeScope is not { } scope)
        {
            ThreadStatistics.TensorStatistics.DisposedOutsideScopeCount++;
            return;
        }
        ThreadStatistics.TensorStatistics.DisposedInScopeCount++;
        scope.Remove(tensor);
    }
}
