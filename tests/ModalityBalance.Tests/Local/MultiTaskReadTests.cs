using ModalityBalance.Strategies;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Local;

public class MultiTaskReadTests
{
    [Fact]
    public void Any_number_of_losses_reads_the_device_once()
    {
        using var scope = NewDisposeScope();
        Parameter[] shared = [new(rand(5)), new(rand(2, 3))];
        var losses = Enumerable.Range(0, 6).Select(k => ((k + 1) * shared[0]).exp().sum() + shared[1].sum()).ToArray();
        var before = (HostReads.Values, HostReads.Moves);

        MMParetoMultiTask.ComputeGradients(losses, shared, []);

        (HostReads.Values - before.Values, HostReads.Moves - before.Moves).Should().Be((1, 1));
    }
}
