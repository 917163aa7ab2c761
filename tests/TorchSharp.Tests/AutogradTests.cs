using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class AutogradTests
{
    [Fact]
    public void Gradients_add_up_over_backward_passes()
    {
        using var scope = NewDisposeScope();
        var x = tensor(3.0, requires_grad: true);

        (x * x).backward();
        (x * 2).backward();

        x.grad!.item<double>().Should().Be(8);
    }

    [Fact]
    public void The_gradient_is_a_new_handle_on_one_tensor_at_every_read()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        x.grad.Should().BeNull();
        x.sum().backward();

        x.grad.Should().NotBeSameAs(x.grad);
        x.grad!.mul_(5);
        x.grad!.Values().Should().Equal(5, 5);

        x.grad = null;
        x.grad.Should().BeNull();
    }

    [Fact]
    public void An_unused_input_gets_an_invalid_gradient_where_that_is_allowed()
    {
        using var scope = NewDisposeScope();
        var used = ones(2, requires_grad: true);
        var unused = ones(2, requires_grad: true);

        var gradients = autograd.grad([used.sum()], [used, unused], allow_unused: true);

        gradients[0].Values().Should().Equal(1, 1);
        gradients[1].IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void A_cotangent_weighs_the_outputs()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);

        var gradient = autograd.grad([x * 3], [x], [tensor(new[] { 1f, 10f })])[0];

        gradient.Values().Should().Equal(3, 30);
        x.grad.Should().BeNull();
    }

    [Fact]
    public void A_graph_is_walked_once_unless_it_is_retained()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var kept = (x * x).sum();
        kept.backward(retain_graph: true);
        kept.backward();

        kept.Invoking(loss => loss.backward()).Should().Throw<ExternalException>().WithMessage("*second time*");
        x.grad!.Values().Should().Equal(4, 4);
    }

    [Fact]
    public void Second_derivatives_come_from_a_created_graph()
    {
        using var scope = NewDisposeScope();
        var x = tensor(2.0, requires_grad: true);

        var first = autograd.grad([x.pow(3)], [x], create_graph: true)[0];
        var second = autograd.grad([first], [x])[0];

        first.item<double>().Should().Be(12);
        second.item<double>().Should().Be(12);
    }

    [Fact]
    public void An_inner_tensor_keeps_its_gradient_on_request()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, requires_grad: true);
        var y = x * 2;
        y.retain_grad();

        y.sum().backward();

        y.is_leaf.Should().BeFalse();
        y.grad!.Values().Should().Equal(1, 1);
    }

    [Fact]
    public void Backward_can_be_limited_to_some_leaves()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);
        var y = ones(1, requires_grad: true);

        (x * y).sum().backward(inputs: [x]);

        x.grad!.Values().Should().Equal(1);
        y.grad.Should().BeNull();
    }

    [Fact]
    public void The_gradient_mode_is_restored_when_its_guard_ends()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);

        using (no_grad())
        {
            (x * 2).requires_grad.Should().BeFalse();
            using (set_grad_enabled(true))
            {
                (x * 2).requires_grad.Should().BeTrue();
            }
            is_grad_enabled().Should().BeFalse();
        }

        is_grad_enabled().Should().BeTrue();
        x.detach().requires_grad.Should().BeFalse();
    }

    [Fact]
    public void A_leaf_that_wants_a_gradient_cannot_be_changed_in_place()
    {
        using var scope = NewDisposeScope();
        var x = ones(1, requires_grad: true);

        x.Invoking(leaf => leaf.add_(1)).Should().Throw<ExternalException>().WithMessage("*leaf*in-place*");
    }
}
