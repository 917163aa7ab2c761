using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests.Local;

/// <summary>Where the published TorchSharp aborts the process, the stand-in throws.</summary>
public class ErrorTests
{
    [Fact]
    public void Products_of_shapes_that_do_not_fit_throw()
    {
        using var scope = NewDisposeScope();

        ones(2, 3).Invoking(x => x.matmul(ones(4, 5))).Should().Throw<ExternalException>().WithMessage("*2x3 and 4x5*");
    }

    [Fact]
    public void An_unused_input_throws_unless_it_is_allowed()
    {
        using var scope = NewDisposeScope();
        var used = ones(1, requires_grad: true);
        var unused = ones(1, requires_grad: true);

        var grad = () => autograd.grad([used * 2], [unused]);

        grad.Should().Throw<ExternalException>().WithMessage("*allow_unused*");
    }

    [Fact]
    public void Gradients_of_a_freed_graph_and_of_several_outputs_throw()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var loss = (x * x).sum();
        autograd.grad([loss], [x]);

        ((Action)(() => autograd.grad([loss], [x]))).Should().Throw<ExternalException>().WithMessage("*second time*");
        ((Action)(() => autograd.grad([x * 2], [x]))).Should().Throw<ExternalException>().WithMessage("*scalar outputs*");
    }

    [Fact]
    public void A_size_beyond_any_memory_throws()
    {
        var make = () => empty(1L << 45);

        make.Should().Throw<ExternalException>();
    }

    [Fact]
    public void A_number_of_threads_that_cannot_be_throws()
    {
        var none = () => set_num_threads(0);

        none.Should().Throw<ExternalException>().WithMessage("*positive number of threads*");
    }

    [Fact]
    public void An_error_costs_no_tensor_and_little_time()
    {
        using var a = ones(2);
        using var b = ones(3);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var watch = System.Diagnostics.Stopwatch.StartNew();

        for (int i = 0; i < 1000; i++)
        {
            a.Invoking(x => x + b).Should().Throw<ExternalException>();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
        // With backtraces it would be 3 ms each.
        watch.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void A_device_that_is_not_there_is_refused()
    {
        if (cuda.is_available())
        {
            return;
        }

        var make = () => ones(1, device: new Device(DeviceType.CUDA));

        make.Should().Throw<InvalidOperationException>().WithMessage("*CUDA*");
        cuda.device_count().Should().Be(0);
    }
}
