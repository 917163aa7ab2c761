using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

public class StateDictTests
{
    [Fact]
    public void A_tensor_is_created_once_and_outlives_the_scope()
    {
        using var state = new StateDict();
        Tensor first;
        using (NewDisposeScope())
        {
            first = state.GetOrAdd("mean", () => ones(2));
            first.add_(1);
        }

        state.GetOrAdd("mean", () => throw new InvalidOperationException()).data<float>().Should().Equal(2, 2);
        state.Names.Should().Equal("mean");
    }

    [Fact]
    public void Captured_values_are_restored_with_the_type_that_their_owner_asks_for()
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        state.GetOrAdd("mean", () => full(3, 0.1f));
        state["epoch"] = 1.0 / 3;
        using var other = new StateDict();

        other.Restore(state.Capture());

        other.Unclaimed.Should().BeEquivalentTo("mean", "epoch");
        other.Contains("mean").Should().BeTrue();
        other.Unclaimed.Should().Equal("epoch");
        other["epoch"].Should().Be(1.0 / 3);
        var mean = other.GetOrAdd("mean", () => zeros(3, ScalarType.Float64));
        mean.dtype.Should().Be(ScalarType.Float64);
        mean.data<double>().Should().Equal(0.1f, 0.1f, 0.1f);
        other.Unclaimed.Should().BeEmpty();
    }

    [Fact]
    public void Unclaimed_values_are_captured_again()
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        state.Restore(new Dictionary<string, Tensor> { ["mean"] = ones(2) });

        state.Capture().Should().ContainKey("mean");
        state.IsEmpty.Should().BeFalse();
    }

    [Fact]
    public void A_restored_tensor_of_another_shape_is_rejected()
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        state.Restore(new Dictionary<string, Tensor> { ["mean"] = ones(2) });

        state.Invoking(s => s.GetOrAdd("mean", () => zeros(3))).Should().Throw<InvalidOperationException>()
            .WithMessage("The state 'mean' must have shape [3], but has shape [2] in the checkpoint.");
    }

    [Fact]
    public void A_name_is_either_a_tensor_or_a_number()
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        state["number"] = 1;
        state.GetOrAdd("tensor", () => zeros(1));

        state.Invoking(s => s.GetOrAdd("number", () => zeros(1))).Should().Throw<InvalidOperationException>();
        state.Invoking(s => s["tensor"]).Should().Throw<InvalidOperationException>();
        state.Invoking(s => s["none"]).Should().Throw<KeyNotFoundException>().WithMessage("*'none'*");
    }

    [Fact]
    public void A_failed_step_does_not_lose_what_it_was_the_first_to_ask_for()
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        state.Restore(new Dictionary<string, Tensor> { ["mean"] = ones(2), ["steps"] = tensor(7.0) });
        state.Keep();

        state.GetOrAdd("mean", () => zeros(2)).fill_(float.NaN);
        state["steps"] = 8;
        state.RollBack();

        state.GetOrAdd("mean", () => zeros(2)).data<float>().Should().Equal(1, 1);
        state["steps"].Should().Be(7);
    }

    [Fact]
    public void Rolling_back_restores_values_and_removes_new_names()
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        var mean = state.GetOrAdd("mean", () => ones(1));
        state["steps"] = 1;
        state.Keep();
        mean.fill_(float.NaN);
        state["steps"] = 2;
        state["new"] = 3;
        state.GetOrAdd("late", () => ones(1));

        state.RollBack();

        mean.item<float>().Should().Be(1);
        state["steps"].Should().Be(1);
        state.Names.Should().BeEquivalentTo("mean", "steps");
    }

    [Fact]
    public void Disposing_frees_every_tensor()
    {
        var state = new StateDict();
        Tensor mean;
        using (NewDisposeScope())
        {
            mean = state.GetOrAdd("mean", () => ones(1));
            state.Keep();
        }

        state.Dispose();

        mean.IsInvalid.Should().BeTrue();
        state.Names.Should().BeEmpty();
    }
}
