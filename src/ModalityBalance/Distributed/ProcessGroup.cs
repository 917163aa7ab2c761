using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Distributed;

/// <summary>The processes that train one model together, each on its own part of every batch. The only thing of the library that
/// knows of other processes; derive from it for another way of communicating.</summary>
/// <remarks>Every process calls the same members in the same order with tensors of the same shapes and types. What comes out is
/// the same, bit for bit, in all of them. Calls are made from one thread.</remarks>
public abstract class ProcessGroup : IDisposable
{
    private readonly CollectiveQueue _queue = new();

    /// <summary>The group of one process, in which nothing is communicated.</summary>
    public static ProcessGroup SingleProcess { get; } = new OneProcess();

    /// <summary>The number of this process, in [0, <see cref="Size"/>).</summary>
    public abstract int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    public abstract int Size { get; }

    /// <summary>Whether the gradients of one encoder are summed on a thread of their own while the next encoder is
    /// differentiated. Defaults to <see langword="true"/>.</summary>
    public bool OverlapsSums { get; set; } = true;

    /// <summary>The bytes that this process has sent so far, as counted for rings: 2 (k - 1) / k of a sum's, (k - 1) / k of those
    /// of a scattered sum, a gathering or a broadcast.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Replaces a tensor by its sum over all processes.</summary>
    /// <param name="tensor">Numbers of any type and shape, without a graph.</param>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public void Sum(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (Size > 1)
        {
            Enter(2, tensor);
            InPlace(tensor, SumCore);
        }
    }

    /// <summary>Replaces a tensor by that of one process.</summary>
    /// <param name="tensor">Of any type and shape, without a graph.</param>
    /// <param name="source">The process whose values all get. Defaults to 0.</param>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public void Broadcast(Tensor tensor, int source = 0)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (source < 0 || source >= Size)
        {
            throw new ArgumentOutOfRangeException(nameof(source), $"source must lie in [0, {Size - 1}], but is {source}.");
        }

        if (Size > 1)
        {
            Enter(1, tensor);
            InPlace(tensor, values => BroadcastCore(values, source));
        }
    }

    /// <summary>Sums a tensor over all processes and leaves each with one part of the sum.</summary>
    /// <param name="tensor">[Size n], contiguous. Its values are undefined afterwards.</param>
    /// <returns>[n], the part with the number of this process.</returns>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public Tensor SumScatter(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (Size == 1)
        {
            return tensor;
        }

        Enter(1, tensor);
        return SumScatterCore(tensor);
    }

    /// <summary>Joins the parts of all processes.</summary>
    /// <param name="part">[n], contiguous; n is the same in every process.</param>
    /// <returns>[Size n], in the order of the processes.</returns>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public Tensor Gather(Tensor part)
    {
        ArgumentNullException.ThrowIfNull(part);
        if (Size == 1)
        {
            return part;
        }

        Enter(Size, part);
        return GatherCore(part);
    }

    /// <summary>Returns when all processes have called it.</summary>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public void WaitForAll()
    {
        using var nothing = zeros(1, ScalarType.Int64);
        Sum(nothing);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Replaces several tensors by those of process 0, in one collective per type.</summary>
    internal void BroadcastAll(IEnumerable<Tensor> tensors)
    {
        if (Size == 1)
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var ofType in tensors.GroupBy(tensor => tensor.dtype))
        {
            var flat = cat([.. ofType.Select(tensor => tensor.detach().flatten())], 0);
            Broadcast(flat);
            long offset = 0;
            foreach (var tensor in ofType)
            {
                tensor.copy_(flat.narrow(0, offset, tensor.numel()).reshape(tensor.shape));
                offset += tensor.numel();
            }
        }
    }

    /// <summary>Begins to sum a tensor. Other collectives wait for it; the tensor must not be used before.</summary>
    /// <param name="tensor">Contiguous, of a type that <see cref="SumCore"/> takes.</param>
    internal void BeginSum(Tensor tensor)
    {
        Count(2, tensor);
        if (OverlapsSums)
        {
            _queue.Add(() => SumCore(tensor));
        }
        else
        {
            SumCore(tensor);
        }
    }

    /// <summary>Waits until all sums that were begun have ended, and throws what ended one of them early.</summary>
    internal void EndSums() => _queue.Wait();

    /// <summary>Whether <see cref="SumCore"/> takes the type.</summary>
    internal static bool IsSummable(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float64 or ScalarType.Int64;

    /// <summary>Replaces a tensor by its sum over all processes. May be called on another thread, never on two at once.</summary>
    /// <param name="tensor">Contiguous; float32, float64 or int64.</param>
    protected abstract void SumCore(Tensor tensor);

    /// <summary>Replaces a tensor by that of one process.</summary>
    /// <param name="tensor">Contiguous; float32, float64 or int64.</param>
    /// <param name="source">In [0, Size).</param>
    protected abstract void BroadcastCore(Tensor tensor, int source);

    /// <summary>Carries out <see cref="SumScatter"/>. By default sums the whole, at twice the bytes.</summary>
    /// <param name="tensor">[Size n], contiguous.</param>
    protected virtual Tensor SumScatterCore(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        SumCore(tensor);
        long length = tensor.shape[0] / Size;
        return tensor.narrow(0, Rank * length, length);
    }

    /// <summary>Carries out <see cref="Gather"/>. By default sums parts among zeros, at twice the bytes.</summary>
    /// <param name="part">[n], contiguous.</param>
    protected virtual Tensor GatherCore(Tensor part)
    {
        ArgumentNullException.ThrowIfNull(part);
        long length = part.shape[0];
        var whole = zeros(Size * length, part.dtype, part.device);
        whole.narrow(0, Rank * length, length).copy_(part);
        SumCore(whole);
        return whole;
    }

    /// <summary>Frees what the group holds.</summary>
    /// <param name="disposing">Whether called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _queue.Dispose();
        }
    }

    /// <summary>Lets a collective act on contiguous values of a type that it takes.</summary>
    private static void InPlace(Tensor tensor, Action<Tensor> collective)
    {
        if (tensor.is_contiguous() && IsSummable(tensor.dtype))
        {
            collective(tensor);
            return;
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var wider = tensor.is_floating_point() ? tensor.HasSixteenBits() ? ScalarType.Float32 : tensor.dtype : ScalarType.Int64;
        var values = tensor.to(wider).contiguous();
        collective(values);
        tensor.copy_(values);
    }

    /// <summary>Counts a collective, and waits for those that were begun before.</summary>
    private void Enter(int times, Tensor tensor)
    {
        Count(times, tensor);
        _queue.Wait();
    }

    private void Count(int times, Tensor tensor) =>
        BytesSent += times * (Size - 1) * tensor.numel() * tensor.ElementSize / Size;

    private sealed class OneProcess : ProcessGroup
    {
        public override int Rank => 0;

        public override int Size => 1;

        protected override void SumCore(Tensor tensor)
        {
        }

        protected override void BroadcastCore(Tensor tensor, int source)
        {
        }
    }
}
