using System.Diagnostics;
using System.Globalization;
using ModalityBalance.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Mpi;

/// <summary>The processes that <c>mpiexec -n k</c> has started, over the MPICH of the system.</summary>
/// <remarks>Collectives act on the memory of tensors on the CPU; tensors on a GPU are copied to the host and back. A process has
/// one group, from <see cref="Start"/> until it is disposed of. When a process ends with an error or is killed, <c>mpiexec</c>
/// ends the others; when it hangs, they throw a <see cref="TimeoutException"/> after the time limit.
/// </remarks>
public sealed class MpiProcessGroup : ProcessGroup
{
    /// <summary>How long a process waits for the others by default: 10 minutes.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromMinutes(10);

    // How long mpiexec may take to pass on what an ending process has written: it drops the rest.
    private static readonly TimeSpan PassingOn = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _timeLimit;
    private bool _isStarted;
    private bool _isBroken;

    private MpiProcessGroup(TimeSpan timeLimit)
    {
        _timeLimit = timeLimit;
        Mpich.Initialize();
        _isStarted = true;
        (Rank, Size) = (Mpich.Rank(), Mpich.Size());
    }

    /// <summary>Whether <c>mpiexec</c> of MPICH has started this process.</summary>
    public static bool IsLaunched => Variable("PMI_SIZE") is not null;

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size { get; }

    /// <summary>The number of this process among those on its machine, from 0: which GPU to take.</summary>
    public int LocalRank => Variable("MPI_LOCALRANKID") ?? Rank;

    /// <summary>Joins the group. Call it once per process, before other threads use MPI.</summary>
    /// <param name="timeLimit">How long to wait for the other processes in one collective, above 0. Defaults to <see
    /// cref="DefaultTimeLimit"/>. It must be longer than process 0 takes for a checkpoint and for what its callbacks do.</param>
    /// <returns>The group, of one process if the program was not started by <c>mpiexec</c>. The caller owns it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time limit is not above 0.</exception>
    /// <exception cref="PlatformNotSupportedException">The system has no MPICH, or the program was started by another
    /// MPI.</exception>
    /// <exception cref="InvalidOperationException">MPI was started before in this process, or does not start.</exception>
    public static MpiProcessGroup Start(TimeSpan? timeLimit = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeLimit ?? DefaultTimeLimit, TimeSpan.Zero, nameof(timeLimit));
        return new MpiProcessGroup(timeLimit ?? DefaultTimeLimit);
    }

    /// <summary>Ends all processes of the group, this one included: for a program in which only this process has failed. Waits a
    /// second before, so that <c>mpiexec</c> passes on what the process has written.</summary>
    /// <param name="exitCode">That of <c>mpiexec</c>.</param>
    public void Abort(int exitCode)
    {
        ObjectDisposedException.ThrowIf(!_isStarted, this);
        Thread.Sleep(PassingOn);
        Mpich.Abort(exitCode);
    }

    /// <inheritdoc/>
    protected override void SumCore(Tensor tensor) => OnHost(tensor, host => InChunks(host, (memory, count, type) =>
        Mpich.BeginSum(memory, count, type)));

    /// <inheritdoc/>
    protected override void BroadcastCore(Tensor tensor, int source) => OnHost(tensor, host => InChunks(host, (memory, count, type) =>
        Mpich.BeginBroadcast(memory, count, type, source)));

    /// <inheritdoc/>
    protected override unsafe Tensor SumScatterCore(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        long length = tensor.shape[0] / Size;
        if (length > int.MaxValue)
        {
            return base.SumScatterCore(tensor);
        }

        using var host = tensor.cpu();
        var part = empty(length, tensor.dtype);
        fixed (byte* from = host.bytes, to = part.bytes)
        {
            Wait(Mpich.BeginSumScatter((nint)from, (nint)to, (int)length, TypeOf(tensor)));
        }

        return part.to(tensor.device);
    }

    /// <inheritdoc/>
    protected override unsafe Tensor GatherCore(Tensor part)
    {
        ArgumentNullException.ThrowIfNull(part);
        long length = part.shape[0];
        if (length > int.MaxValue)
        {
            return base.GatherCore(part);
        }

        using var host = part.cpu();
        var whole = empty(length * Size, part.dtype);
        fixed (byte* from = host.bytes, to = whole.bytes)
        {
            Wait(Mpich.BeginGather((nint)from, (nint)to, (int)length, TypeOf(part)));
        }

        return whole.to(part.device);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);

        // After a failure the others may never come to the end: then mpiexec ends them when it sees that this process has left.
        if (disposing && _isStarted && !_isBroken)
        {
            Wait(Mpich.BeginBarrier());
            Mpich.Complete();
        }

        _isStarted = false;
    }

    private static int? Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value : null;

    private static MpiType TypeOf(Tensor tensor) => tensor.dtype switch
    {
        ScalarType.Float32 => MpiType.Float,
        ScalarType.Float64 => MpiType.Double,
        _ => MpiType.Int64,
    };

    private static void OnHost(Tensor tensor, Action<Tensor> collective)
    {
        if (tensor.device_type == DeviceType.CPU)
        {
            collective(tensor);
            return;
        }

        using var noGrad = no_grad();
        using var host = tensor.cpu();
        collective(host);
        tensor.copy_(host);
    }

    /// <summary>MPI counts elements by 32-bit numbers.</summary>
    private unsafe void InChunks(Tensor host, Func<nint, int, MpiType, int> begin)
    {
        long size = host.numel();
        long width = host.ElementSize;
        fixed (byte* memory = host.bytes)
        {
            for (long first = 0; first < size; first += int.MaxValue)
            {
                Wait(begin((nint)(memory + (first * width)), (int)Math.Min(int.MaxValue, size - first), TypeOf(host)));
            }
        }
    }

    /// <summary>Waits for a collective. Polls, and lets other threads and processes of the machine run in between.</summary>
    private void Wait(int request)
    {
        long start = Stopwatch.GetTimestamp();
        var spin = new SpinWait();
        while (!Mpich.IsDone(ref request))
        {
            spin.SpinOnce(sleep1Threshold: -1);
            if (spin.Count % 1024 == 0 && Stopwatch.GetElapsedTime(start) > _timeLimit)
            {
                _isBroken = true;
                throw new TimeoutException(string.Create(CultureInfo.InvariantCulture,
                    $"All {Size} processes must take part within {_timeLimit.TotalSeconds:0.#} s, but process {Rank} waited for longer: "
                    + $"another one hangs, or needs a longer time limit."));
            }
        }
    }
}
