using System.Diagnostics;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace TorchSharp.Tests;

public sealed class MemoryTests : IDisposable
{
    private readonly int _threads = get_num_threads();

    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    public void Dispose() => set_num_threads(_threads);

    // The tensors are too small to share out, and threads that wait for each other would take most of the time.
    public MemoryTests() => set_num_threads(1);

    [Fact]
    public void Ten_thousand_steps_leave_tensors_and_memory_where_they_were()
    {
        using var net = Sequential(Linear(16, 16), ReLU(), Linear(16, 4));
        using var optimizer = optim.SGD(net.parameters(), 0.01, momentum: 0.9);
        using var input = randn(64, 16);
        using var labels = randint(0, 4, [64]);
        void Train(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                using var scope = NewDisposeScope();
                optimizer.zero_grad();
                functional.cross_entropy(net.call(input), labels).backward();
                optimizer.step();
            }
        }

        Train(2000);
        (long tensors, long memory) = (Live, ResidentMemory());
        Train(10_000);

        Live.Should().Be(tensors);
        // One leaked activation per step would be 10,000 times 4 kB; the runtime itself grows by a few megabytes.
        (ResidentMemory() - memory).Should().BeLessThan(20_000_000);
    }

    [Fact]
    public void Tensors_that_nobody_disposes_are_collected()
    {
        long before = ResidentMemory();

        for (int i = 0; i < 2000; i++)
        {
            _ = ones(256, 1024);
        }

        // 2 GB were made; the collector was told of each megabyte.
        (ResidentMemory() - before).Should().BeLessThan(1_000_000_000);
    }

    private static long ResidentMemory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
