using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

public class MultiTaskMMParetoTests
{
    // Double: sums of a few products.
    private const double Tolerance = 1e-12;

    [Fact]
    public void Losses_that_agree_are_summed_times_gamma()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));
        var gradients = tensor([1.0, 0.5, 0.5, 1.0, 1.0, 1.0], [3, 2]);

        var report = Run(shared, gradients);

        report["coefficients"].Should().OnlyContain(c => c == 1.5);
        shared.grad!.allclose(1.5 * gradients.sum([0L]), Tolerance, Tolerance).Should().BeTrue();
    }

    [Fact]
    public void In_conflict_no_loss_rises_and_the_length_is_that_of_the_sum()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        for (int trial = 0; trial < 50; trial++)
        {
            var shared = new Parameter(zeros(6, dtype: ScalarType.Float64));
            var gradients = randn(4, 6, dtype: ScalarType.Float64);
            gradients[1] = (0.5 * gradients[1]) - gradients[0]; // against the first

            var report = Run(shared, gradients);

            report["lowest_cosine"][0].Should().BeNegative();
            gradients.matmul(shared.grad!).min().item<double>().Should().BeGreaterThan(-Tolerance);
            shared.grad!.norm().item<double>()
                .Should().BeApproximately(1.5 * gradients.sum([0L]).norm().item<double>(), 1e-9);
        }
    }

    [Fact]
    public void Everything_else_learns_from_the_sum_of_the_losses()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0]));
        var head = new Parameter(tensor([3.0]));

        MultiTaskGradients.Compute([shared.sum() * head.sum(), -2 * head.sum()], [shared], [head], MultiTaskMethod.MMPareto());
        MultiTaskGradients.Compute([shared.sum() * head.sum(), -2 * head.sum()], [shared], [head], MultiTaskMethod.MMPareto());

        head.grad!.item<double>().Should().Be(1 - 2, "an earlier step's gradient is gone");
        shared.grad!.item<double>().Should().Be(1.5 * 3, "a loss that does not touch the encoder conflicts with none");
    }

    [Fact]
    public void Inner_products_of_narrow_types_are_taken_in_double()
    {
        using var scope = NewDisposeScope();
        var wide = new Parameter(zeros(3));
        var narrow = new Parameter(zeros(3, dtype: ScalarType.BFloat16));
        var large = tensor([1e25f, 0, 0]);
        var across = (narrow * tensor([0, 1e25f, 0]).to(ScalarType.BFloat16)).sum().to(ScalarType.Float32);

        // Squares of 1e25 are no float32; (1, 0) and (-1, 1) e25 have the weights 0.6 and 0.4.
        var report = MultiTaskGradients.Compute(
            [(wide * large).sum(), (wide * -large).sum() + across], [wide, narrow], [], MultiTaskMethod.MMPareto());

        report["weights"][0].Should().BeApproximately(0.6, 0.01, "bfloat16 has three digits");
        narrow.grad!.dtype.Should().Be(ScalarType.BFloat16);
        wide.grad!.isfinite().all().item<bool>().Should().BeTrue();
    }

    /// <summary>One linear loss per row of gradients.</summary>
    private static StepReport Run(Parameter shared, Tensor gradients) =>
        MultiTaskGradients.Compute(
            gradients.unbind().Select(g => (shared * g).sum()).ToArray(), [shared], [], MultiTaskMethod.MMPareto());
}
