using System.Diagnostics;
using static TorchSharp.torch;

namespace ModalityBalance.Distributed;

/// <summary>A group whose members are threads of one process: each trains a model of its own with one of the members. For tests
/// of code that is to run in several processes, and for several devices in one process.</summary>
/// <remarks>TorchSharp's global generator of random numbers is shared by all threads of a process, so that dropout in networks
/// does not repeat.</remarks>
public sealed class InProcessGroup : ProcessGroup
{
    /// <summary>How long a member waits for the others by default: 10 minutes.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromMinutes(10);

    private readonly Meeting _meeting;

    private InProcessGroup(Meeting meeting, int rank) => (_meeting, Rank) = (meeting, rank);

    /// <inheritdoc/>
    public override int Rank { get; }

    /// <inheritdoc/>
    public override int Size => _meeting.Tensors.Length;

    /// <summary>Creates the members of a group. The caller owns them. When one is disposed of, the others can sum no
    /// more.</summary>
    /// <param name="size">The number of members, at least 1.</param>
    /// <param name="timeLimit">How long a member waits for the others. Defaults to <see cref="DefaultTimeLimit"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number or the time is out of its range.</exception>
    public static IReadOnlyList<ProcessGroup> Create(int size, TimeSpan? timeLimit = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeLimit ?? DefaultTimeLimit, TimeSpan.Zero, nameof(timeLimit));
        var meeting = new Meeting(size, timeLimit ?? DefaultTimeLimit);
        return [.. Enumerable.Range(0, size).Select(rank => new InProcessGroup(meeting, rank))];
    }

    /// <inheritdoc/>
    protected override void SumCore(Tensor tensor)
    {
        using var noGrad = no_grad();
        _meeting.Tensors[Rank] = tensor;
        _meeting.WaitForAll();

        // In the order of the members, so that the sum is the same in all of them.
        using var sum = _meeting.Tensors[0]!.to(tensor.device, copy: true);
        foreach (var other in _meeting.Tensors.Skip(1))
        {
            using var here = other!.to(tensor.device);
            sum.add_(here);
        }

        _meeting.WaitForAll();
        tensor.copy_(sum);
    }

    /// <inheritdoc/>
    protected override void BroadcastCore(Tensor tensor, int source)
    {
        using var noGrad = no_grad();
        _meeting.Tensors[Rank] = tensor;
        _meeting.WaitForAll();
        if (Rank != source)
        {
            tensor.copy_(_meeting.Tensors[source]!);
        }

        _meeting.WaitForAll();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _meeting.Break(Rank);
        base.Dispose(disposing);
    }

    /// <summary>The place where the members wait for each other.</summary>
    private sealed class Meeting(int size, TimeSpan timeLimit)
    {
        private readonly object _gate = new();
        private int _arrived;
        private long _round;
        private int? _gone;

        /// <summary>The tensor of each member.</summary>
        public Tensor?[] Tensors { get; } = new Tensor?[size];

        public void WaitForAll()
        {
            lock (_gate)
            {
                long round = _round;
                if (++_arrived == size)
                {
                    (_arrived, _round) = (0, round + 1);
                    Monitor.PulseAll(_gate);
                    return;
                }

                long start = Stopwatch.GetTimestamp();
                while (_round == round)
                {
                    if (_gone is { } rank)
                    {
                        throw new InvalidOperationException(
                            $"All {size} members of the group must take part, but member {rank} has left it.");
                    }

                    var left = timeLimit - Stopwatch.GetElapsedTime(start);
                    if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                    {
                        throw new TimeoutException(
                            $"All {size} members of the group must take part within {timeLimit.TotalSeconds:0.#} s, but "
                            + $"{size - _arrived} did not.");
                    }
                }
            }
        }

        public void Break(int rank)
        {
            lock (_gate)
            {
                _gone ??= rank;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
