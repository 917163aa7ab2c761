using ModalityBalance.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Losses and parameters that cannot be differentiated.</summary>
public class MultiTaskGradientsTests
{
    [Fact]
    public void Impossible_calls_are_refused()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0]));

        ((Action)(() => MultiTaskGradients.Compute([shared.sum()], [shared], [], MultiTaskMethod.MMPareto())))
            .Should().Throw<ArgumentException>().WithMessage("losses must be 2 to 32, but are 1*");
        ((Action)(() => MultiTaskGradients.Compute([shared.sum(), shared.sum()], [], [], MultiTaskMethod.MMPareto())))
            .Should().Throw<ArgumentException>().WithMessage("shared must hold a parameter*none of its 0*");
        ((Action)(() => MultiTaskGradients.Compute([shared.sum(), shared.sum()], [shared], [], MultiTaskMethod.MMPareto(gamma: 0))))
            .Should().Throw<ArgumentException>().WithMessage("*gamma*0*");
    }

    [Fact]
    public void Losses_that_cannot_be_differentiated_are_named()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));

        Refused(shared * 2, "losses[1] must be a scalar with a graph, but is of 2 elements*");
        Refused(tensor(3.0), "losses[1] must be a scalar with a graph, but is without*");
        Refused(null!, "losses[1] must be a scalar with a graph, but is null*");

        void Refused(Tensor loss, string message) =>
            ((Action)(() => MultiTaskGradients.Compute([shared.sum(), loss], [shared], [], MultiTaskMethod.MMPareto())))
                .Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void Losses_whose_graph_was_used_up_are_an_exception()
    {
        using var scope = NewDisposeScope();
        var shared = new Parameter(tensor([1.0, 2.0]));
        Tensor[] losses = [shared.square().sum(), shared.exp().sum()];
        losses[1].backward();

        ((Action)(() => MultiTaskGradients.Compute(losses, [shared], [], MultiTaskMethod.MMPareto()))).Should().Throw<Exception>();
    }

    [Fact]
    public void Frozen_parameters_take_no_part()
    {
        using var scope = NewDisposeScope();
        var (shared, head) = (new Parameter(tensor([1.0, 2.0])), new Parameter(tensor([3.0])));
        var (frozen, frozenHead) = (new Parameter(tensor([4.0]), false), new Parameter(tensor([5.0]), false));
        frozen.grad = ones(1, dtype: ScalarType.Float64);

        MultiTaskGradients.Compute(
            [(shared * frozen).sum(), head.sum() * frozenHead.sum()], [frozen, shared], [head, frozenHead], MultiTaskMethod.MMPareto());

        shared.grad!.data<double>().Should().Equal(1.5 * 4, 1.5 * 4);
        head.grad!.item<double>().Should().Be(5);
        (frozen.grad is null && frozenHead.grad is null).Should().BeTrue();
        ((Action)(() => MultiTaskGradients.Compute([shared.sum(), head.sum()], [frozen], [head], MultiTaskMethod.MMPareto())))
            .Should().Throw<ArgumentException>().WithMessage("shared must*none of its 1*");
    }
}
