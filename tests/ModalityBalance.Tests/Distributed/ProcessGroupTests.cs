using ModalityBalance.Distributed;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Distributed;

public sealed class ProcessGroupTests
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Byte)]
    public void Sums_and_broadcasts_of_every_type_reach_all_members(ScalarType type) => InAll(3, group =>
    {
        using var scope = NewDisposeScope();

        // A view with gaps, as a tensor of the user's may be.
        var values = (ones(4, 2, dtype: type) * (group.Rank + 1)).t();
        group.Sum(values);
        var sent = full(3, group.Rank + 1, dtype: type);
        group.Broadcast(sent, source: 2);

        values.to(ScalarType.Float64).eq(6).all().item<bool>().Should().BeTrue();
        sent.to(ScalarType.Float64).eq(3).all().item<bool>().Should().BeTrue();
    });

    [Fact]
    public void Scattered_sums_and_gathered_parts_are_in_the_order_of_the_members() => InAll(2, group =>
    {
        using var scope = NewDisposeScope();

        group.SumScatter(arange(0, 4, ScalarType.Float64) * (group.Rank + 1)).data<double>().ToArray()
            .Should().Equal(group.Rank == 0 ? [0, 3] : [6, 9]);
        group.Gather(full(2, group.Rank, ScalarType.Float64)).data<double>().ToArray().Should().Equal(0, 0, 1, 1);
    });

    [Fact]
    public void Bytes_are_counted_as_for_rings() => InAll(2, group =>
    {
        using var scope = NewDisposeScope();
        long before = group.BytesSent;

        group.Sum(zeros(100, ScalarType.Float32));
        (group.BytesSent - before).Should().Be(400);
        group.SumScatter(zeros(100, ScalarType.Float32));
        (group.BytesSent - before).Should().Be(600);
        group.Gather(zeros(50, ScalarType.Float32));
        (group.BytesSent - before).Should().Be(800);
    });

    [Fact]
    public void A_single_process_changes_and_sends_nothing()
    {
        using var scope = NewDisposeScope();
        var group = ProcessGroup.SingleProcess;
        var values = arange(0, 3, ScalarType.Float64);

        group.Sum(values);
        group.Broadcast(values);
        group.Gather(group.SumScatter(values)).data<double>().ToArray().Should().Equal(0, 1, 2);
        group.WaitForAll();
        group.Dispose();

        (group.Rank, group.Size, group.BytesSent).Should().Be((0, 1, 0));
    }

    [Fact]
    public void A_member_that_does_not_come_is_missed_after_the_time_limit()
    {
        var group = InProcessGroup.Create(2, TimeSpan.FromMilliseconds(50));

        group[0].Invoking(member => member.WaitForAll()).Should().Throw<TimeoutException>()
            .WithMessage("All 2 members of the group must take part within 0.1 s, but 1 did not.");
    }

    [Fact]
    public void A_member_that_has_left_is_missed_at_once()
    {
        var group = InProcessGroup.Create(2, TimeLimit);
        group[1].Dispose();

        group[0].Invoking(member => member.WaitForAll()).Should().Throw<InvalidOperationException>()
            .WithMessage("All 2 members of the group must take part, but member 1 has left it.");
    }

    [Fact]
    public void Bad_arguments_are_refused()
    {
        using var scope = NewDisposeScope();

        FluentActions.Invoking(() => InProcessGroup.Create(0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => InProcessGroup.Create(2, TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
        ProcessGroup.SingleProcess.Invoking(group => group.Broadcast(zeros(1), 1)).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("source must lie in [0, 0], but is 1.*");
    }

    private static void InAll(int size, Action<ProcessGroup> action) => ProcessThreads.Run(ProcessThreads.Group(size), member =>
    {
        action(member);
        return 0;
    });
}
