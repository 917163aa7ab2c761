using System.Diagnostics;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Local;

/// <summary>Collections on another thread take no tensor away from the call that reads it.</summary>
public class CollectionTests
{
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(2);

    [Fact]
    public void The_elements_of_a_temporary_tensor_are_read_whole()
    {
        // So large that a collection falls into the copy, and that what is freed goes back to the system at once.
        var elements = new byte[100_000_000];

        ReadDuringCollections(Elements, elements);

        elements.AsSpan().ContainsAnyExcept((byte)7).Should().BeFalse();
    }

    [Fact]
    public void The_size_of_a_temporary_tensor_is_its_own()
    {
        byte[] size = [0];

        ReadDuringCollections(Size, size);

        size.Should().Equal(3);
    }

    private static void Elements(byte[] elements) =>
        full(elements.LongLength, 7, ScalarType.Byte).data<byte>().CopyTo(elements);

    private static void Size(byte[] size) => size[0] = (byte)full(3, 7f).shape[0];

    private static void ReadDuringCollections(Action<byte[]> read, byte[] target)
    {
        using var ended = new ManualResetEventSlim();
        var collector = new Thread(() =>
        {
            while (!ended.IsSet)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Duration;)
        {
            read(target);
        }
        ended.Set();
        collector.Join();
    }
}
