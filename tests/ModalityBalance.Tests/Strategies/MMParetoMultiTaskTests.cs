using ModalityBalance.Solvers;
using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

public class MMParetoMultiTaskTests
{
    // Double: sums of a few products.
    private const double Tolerance = 1e-12;

    [Fact]
    public void Losses_that_agree_are_summed_times_gamma()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));
        var gradients = tensor([1.0, 0.5, 0.5, 1.0, 1.0, 1.0], [3, 2]);

        var coefficients = Run(shared, gradients);

        coefficients.Coefficients.Should().OnlyContain(c => c == 1.5);
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

            var coefficients = Run(shared, gradients);

            coefficients.LowestCosine.Should().BeNegative();
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

        MMParetoMultiTask.ComputeGradients([shared.sum() * head.sum(), -2 * head.sum()], [shared], [head]);
        MMParetoMultiTask.ComputeGradients([shared.sum() * head.sum(), -2 * head.sum()], [shared], [head]);

        head.grad!.item<double>().Should().Be(1 - 2, "an earlier step's gradient is gone");
        shared.grad!.item<double>().Should().Be(1.5 * 3, "a loss that does not touch the encoder conflicts with none");
    }

    [Fact]
    public void Impossible_calls_are_refused()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0]));

        ((Action)(() => MMParetoMultiTask.ComputeGradients([shared.sum()], [shared], [])))
            .Should().Throw<ArgumentException>().WithMessage("losses must be 2 to 32, but are 1*");
        ((Action)(() => MMParetoMultiTask.ComputeGradients([shared.sum(), shared.sum()], [], [])))
            .Should().Throw<ArgumentException>().WithMessage("shared must hold a parameter*none of its 0*");
        ((Action)(() => MMParetoMultiTask.ComputeGradients([shared.sum(), shared.sum()], [shared], [], gamma: 0)))
            .Should().Throw<ArgumentException>().WithMessage("*gamma*0*");
    }

    [Fact]
    public void Losses_that_cannot_be_differentiated_are_named()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));

        Refused(shared * 2, "losses[1] must be a scalar with a graph, but has 2 elements*");
        Refused(tensor(3.0), "losses[1] must be a scalar with a graph, but has none*");
        Refused(null!, "losses[1] must be a scalar with a graph, but is null*");

        void Refused(Tensor loss, string message) =>
            ((Action)(() => MMParetoMultiTask.ComputeGradients([shared.sum(), loss], [shared], [])))
                .Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Losses_whose_graph_was_used_up_are_an_exception()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));
        Tensor[] losses = [shared.square().sum(), shared.exp().sum()];
        losses[1].backward();

        ((Action)(() => MMParetoMultiTask.ComputeGradients(losses, [shared], []))).Should().Throw<Exception>();
    }

    [Fact]
    public void Frozen_parameters_take_no_part()
    {
        using var scope = NewDisposeScope();
        var (shared, head) = (new Parameter(tensor([1.0, 2.0])), new Parameter(tensor([3.0])));
        var (frozen, frozenHead) = (new Parameter(tensor([4.0]), false), new Parameter(tensor([5.0]), false));
        frozen.grad = ones(1, dtype: ScalarType.Float64);

        MMParetoMultiTask.ComputeGradients(
            [(shared * frozen).sum(), head.sum() * frozenHead.sum()], [frozen, shared], [head, frozenHead]);

        shared.grad!.data<double>().Should().Equal(1.5 * 4, 1.5 * 4);
        head.grad!.item<double>().Should().Be(5);
        (frozen.grad is null && frozenHead.grad is null).Should().BeTrue();
        ((Action)(() => MMParetoMultiTask.ComputeGradients([shared.sum(), head.sum()], [frozen], [head])))
            .Should().Throw<ArgumentException>().WithMessage("shared must*none of its 1*");
    }

    [Fact]
    public void Inner_products_of_narrow_types_are_taken_in_double()
    {
        using var scope = NewDisposeScope();
        var wide = new Parameter(zeros(3));
        var narrow = new Parameter(zeros(3, dtype: ScalarType.BFloat16));
        var large = tensor([1e25f, 0, 0]);

        // Squares of 1e25 are no float32; (1, 0) and (-1, 1) e25 have the weights 0.6 and 0.4.
        var coefficients = MMParetoMultiTask.ComputeGradients(
            [
                (wide * large).sum(),
                (wide * -large).sum() + (narrow * tensor([0, 1e25f, 0]).to(ScalarType.BFloat16)).sum().to(ScalarType.Float32),
            ],
            [wide, narrow],
            []);

        coefficients.Weights[0].Should().BeApproximately(0.6, 0.01, "bfloat16 has three digits");
        narrow.grad!.dtype.Should().Be(ScalarType.BFloat16);
        wide.grad!.isfinite().all().item<bool>().Should().BeTrue();
    }

    /// <summary>One linear loss per row of gradients.</summary>
    private static MMParetoSharedCoefficients Run(Parameter shared, Tensor gradients) =>
        MMParetoMultiTask.ComputeGradients(
            gradients.unbind().Select(g => (shared * g).sum()).ToArray(), [shared], []);
}
