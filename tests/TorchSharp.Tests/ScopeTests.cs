using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class ScopeTests
{
    private static long Live => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        long before = Live;
        Tensor inner;

        using (NewDisposeScope())
        {
            inner = ones(2) + 1;
            Live.Should().Be(before + 2);
        }

        inner.IsInvalid.Should().BeTrue();
        inner.Invoking(t => t + 1).Should().Throw<InvalidOperationException>();
        Live.Should().Be(before);
    }

    [Fact]
    public void What_is_moved_outward_lives_as_long_as_the_outer_scope()
    {
        Tensor moved;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones(2).MoveToOuterDisposeScope();
            }

            moved.IsInvalid.Should().BeFalse();
            outer.DisposablesCount.Should().Be(1);
            outer.Contains(moved).Should().BeTrue();
        }

        moved.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void What_is_detached_belongs_to_no_scope()
    {
        Tensor detached;
        using (NewDisposeScope())
        {
            using var inner = NewDisposeScope();
            detached = ones(2).DetachFromDisposeScope();
        }

        detached.IsInvalid.Should().BeFalse();
        detached.Dispose();
    }

    [Fact]
    public void A_scope_ends_with_an_exception_too()
    {
        long before = Live;

        var work = () =>
        {
            using var scope = NewDisposeScope();
            _ = ones(2) + ones(3);
        };

        work.Should().Throw<Exception>();
        Live.Should().Be(before);
        using var outside = ones(1);
        DisposeScopeManager.Statistics.CreatedOutsideScopeCount.Should().BePositive();
    }

    [Fact]
    public void The_statistics_tell_scoped_from_unscoped()
    {
        DisposeScopeManager.Statistics.Reset();

        using (NewDisposeScope())
        {
            ones(1).Dispose();
            ones(1).DetachFromDisposeScope().Dispose();
            _ = ones(1);
        }
        ones(1).Dispose();

        var statistics = DisposeScopeManager.Statistics;
        statistics.CreatedInScopeCount.Should().Be(3);
        statistics.DisposedInScopeCount.Should().Be(2);
        statistics.DetachedFromScopeCount.Should().Be(1);
        statistics.CreatedOutsideScopeCount.Should().Be(1);
        statistics.DisposedOutsideScopeCount.Should().Be(2);
        statistics.ThreadTotalLiveCount.Should().Be(0);
    }

    [Fact]
    public void In_place_operators_return_the_same_object_and_the_others_a_fresh_one()
    {
        using var scope = NewDisposeScope();
        var x = ones(3);

        x.add_(1).Should().BeSameAs(x);
        x.mul_(2).sub_(1).Should().BeSameAs(x);
        x.alias().Should().NotBeSameAs(x);
        x.contiguous().Should().NotBeSameAs(x);
        x.to(float32).Should().NotBeSameAs(x);
        x.cpu().Should().NotBeSameAs(x);
    }

    [Fact]
    public void An_alias_outlives_the_tensor_it_was_made_of()
    {
        using var scope = NewDisposeScope();
        var x = ones(3);
        var alias = x.alias();

        alias.add_(1);
        x.Values().Should().Equal(2, 2, 2);
        x.Dispose();

        alias.Values().Should().Equal(2, 2, 2);
    }

    [Fact]
    public void A_parameter_takes_the_place_of_its_tensor()
    {
        long before = Live;
        using (var scope = NewDisposeScope())
        {
            var data = ones(3);
            var parameter = new Parameter(data);

            data.IsInvalid.Should().BeTrue();
            parameter.requires_grad.Should().BeTrue();
            scope.DisposablesCount.Should().Be(1);
        }

        Live.Should().Be(before);
    }

    [Fact]
    public void A_tensor_is_disposed_twice_without_harm()
    {
        long before = Live;
        var x = ones(2);

        x.Dispose();
        x.Dispose();

        Live.Should().Be(before);
    }
}
