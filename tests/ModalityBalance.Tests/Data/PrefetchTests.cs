using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Data;

public class PrefetchTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void Training_comes_out_bit_for_bit_the_same(int batches)
    {
        Dictionary<string, string> Train(Func<IBatchSource, IBatchSource> wrap)
        {
            using var scope = NewDisposeScope();
            using var model = Toy.Model();
            new Trainer(model, Toy.Task, new UniformBaseline(), Toy.Options(epochs: 3))
                .Fit(wrap(Toy.Data().Shuffled(16, 3)), wrap(Toy.Data(seed: 8).InOrder(20)));
            return Toy.State(model);
        }

        Train(source => source.Prefetch(batches)).Should().BeEquivalentTo(Train(source => source));
    }

    [Fact]
    public void Batches_keep_their_order_and_all_that_belongs_to_them()
    {
        using var scope = NewDisposeScope();
        var present = new PresenceMask(new bool[2, 2]);
        var source = BatchSource.From(epoch => Enumerable.Range(0, 9).Select(i => new MultimodalBatch(
            [new ModalityInput(full(2, (float)i), zeros(2)), ones(2, 3)], full(2, (float)epoch), present, [i, i + 1])));

        var batches = source.Prefetch(2).Batches(5).ToArray();

        batches.Select(batch => batch.Inputs[0].Tensors[0][1].item<float>()).Should().Equal(0, 1, 2, 3, 4, 5, 6, 7, 8);
        batches.Select(batch => batch.SampleIndices![1]).Should().Equal(1, 2, 3, 4, 5, 6, 7, 8, 9);
        batches.Should().OnlyContain(batch => batch.Present == present && batch.Inputs[0].Tensors.Count == 2);
        batches.Should().OnlyContain(batch => batch.Targets[0].item<float>() == 5f);
        source.Prefetch().BatchCount.Should().BeNull();
        BatchSource.From(batches).Prefetch().BatchCount.Should().Be(9);
    }

    [Fact]
    public void The_next_batch_is_made_while_the_present_one_is_used()
    {
        using var scope = NewDisposeScope();
        using var secondIsMade = new ManualResetEventSlim();
        IEnumerable<MultimodalBatch> Make(int epoch)
        {
            yield return Toy.Batch();
            secondIsMade.Set();
            yield return Toy.Batch();
        }

        using var batches = BatchSource.From(Make).Prefetch().Batches(0).GetEnumerator();

        batches.MoveNext().Should().BeTrue();
        secondIsMade.Wait(Patience).Should().BeTrue("nobody has asked for the second batch yet");
        batches.MoveNext().Should().BeTrue();
        batches.MoveNext().Should().BeFalse();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void No_more_batches_wait_than_may(int batches)
    {
        using var scope = NewDisposeScope();
        int made = 0;
        int used = 0;
        var ahead = new List<int>();
        var source = BatchSource.From(_ => Enumerable.Range(0, 40).Select(_ =>
        {
            ahead.Add(++made - Volatile.Read(ref used));
            return Toy.Batch(size: 2);
        }));

        foreach (var batch in source.Prefetch(batches).Batches(0))
        {
            Volatile.Write(ref used, used + 1);
        }

        // Taken but not yet counted here: one more.
        ahead.Should().HaveCount(40).And.OnlyContain(count => count <= batches + 1);
    }

    [Fact]
    public void An_exception_comes_in_the_place_of_its_batch_with_its_stack()
    {
        using var scope = NewDisposeScope();
        int used = 0;

        var use = () =>
        {
            foreach (var batch in BatchSource.From(TwoThenBreak).Prefetch(5).Batches(0))
            {
                used++;
            }
        };

        use.Should().Throw<InvalidDataException>().WithMessage("row 3")
            .Which.StackTrace.Should().Contain(nameof(BreakOff));
        used.Should().Be(2);
    }

    [Fact]
    public void Gradients_are_recorded_where_the_user_of_the_batches_records_them()
    {
        using var scope = NewDisposeScope();
        var source = BatchSource.From(_ => [WithGraph()]).Prefetch();

        source.Batches(0).Single().Targets.requires_grad.Should().BeTrue();
        using var noGrad = no_grad();
        source.Batches(0).Single().Targets.requires_grad.Should().BeFalse();

        static MultimodalBatch WithGraph() => new([ones(2, 1), ones(2, 1)], ones(2, requires_grad: true) * 2);
    }

    private static IEnumerable<MultimodalBatch> TwoThenBreak(int epoch)
    {
        yield return Toy.Batch();
        yield return Toy.Batch();
        BreakOff();
    }

    private static void BreakOff() => throw new InvalidDataException("row 3");
}
