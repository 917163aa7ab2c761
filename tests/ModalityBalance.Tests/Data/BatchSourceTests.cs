using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace ModalityBalance.Tests.Data;

public class BatchSourceTests
{
    [Fact]
    public void Batches_at_hand_come_in_every_epoch_and_stay_the_callers()
    {
        using var scope = NewDisposeScope();
        MultimodalBatch[] batches = [Toy.Batch(size: 4), Toy.Batch(size: 6)];

        var source = BatchSource.From(batches);
        Fit(source, epochs: 2);

        source.BatchCount.Should().Be(2);
        source.Batches(0).Should().Equal(batches);
        source.Batches(7).Should().Equal(batches);
        batches.Should().OnlyContain(batch => !batch.Targets.IsInvalid);
    }

    [Fact]
    public void Batches_made_while_they_are_pulled_are_freed_after_their_step()
    {
        using var scope = NewDisposeScope();
        var live = new List<long>();
        var source = BatchSource.From(epoch => Enumerable.Range(0, 3 + epoch).Select(_ => Toy.Batch()));

        Fit(source, epochs: 4, new Hooks
        {
            EpochEnd = _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount),
        });

        source.BatchCount.Should().BeNull();
        source.Batches(2).Should().HaveCount(5);
        live.Skip(1).Should().OnlyContain(count => count == live[1], "the first epoch makes the momentum buffers");
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Samples_loaded_by_number_come_in_the_batches_of_a_data_set_in_memory(int? seed, bool dropLast)
    {
        using var scope = NewDisposeScope();
        var data = Toy.Data(samples: 10);
        var memory = seed is { } chosen ? data.Shuffled(4, chosen, dropLast) : data.InOrder(4, dropLast);
        var epochs = new List<int>();

        var source = BatchSource.FromSamples(10, 4, Load, seed, dropLast, "toys");

        source.BatchCount.Should().Be(memory.BatchCount);
        source.Description.Should().StartWith("10 samples in batches of 4, ").And.EndWith(", of content toys");
        Samples(source).Should().BeEquivalentTo(Samples(memory), options => options.WithStrictOrdering());
        epochs.Distinct().Should().Equal(5);
        BatchSource.FromSamples(10, 4, Load).Description.Should().BeEmpty("what the samples are is unknown");

        MultimodalBatch Load(long[] samples, int epoch)
        {
            epochs.Add(epoch);
            return data.Select(samples);
        }

        static IEnumerable<IReadOnlyList<long>> Samples(IBatchSource batches) =>
            batches.Batches(epoch: 5).Select(batch => batch.SampleIndices!);
    }

    [Theory]
    [InlineData(0, 1, "count must be at least 1, but is 0.*")]
    [InlineData(3, 4, "batchSize must lie in [1, 3], the number of samples, but is 4.*")]
    public void Empty_data_and_batches_larger_than_the_data_are_refused(long count, int batchSize, string message) =>
        FluentActions.Invoking(() => BatchSource.FromSamples(count, batchSize, (_, _) => Toy.Batch()))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);

    [Fact]
    public void A_data_loader_gives_the_batches_of_its_data_set()
    {
        using var scope = NewDisposeScope();
        using var loader = DataLoader(new ToySet(10), 4);

        var source = BatchSource.From(loader, ToBatch, (int)loader.Count);

        source.BatchCount.Should().Be(3);
        var batches = source.Batches(0).ToArray();
        batches.Select(batch => batch.Size).Should().Equal(4, 4, 2);
        batches.SelectMany(batch => batch.Targets.data<long>().ToArray()).Should()
            .Equal([0, 1, 2, 0, 1, 2, 0, 1, 2, 0], "a batch outlives what the loader disposes");
        Fit(source, epochs: 2).Epochs.Should().HaveCount(2);
    }

    [Fact]
    public void A_loader_for_each_epoch_shuffles_every_epoch_in_an_order_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var data = new ToySet(20);
        var source = BatchSource.From(epoch => DataLoader(data, 20, shuffle: true, seed: epoch), ToBatch, 1);
        float[] Order(int epoch) => source.Batches(epoch).Single().Inputs[1].Tensors[0].data<float>().ToArray();

        Order(0).Should().Equal(Order(0)).And.NotEqual(Order(1));
        Order(1).Order().Should().Equal(Order(0).Order());
    }

    [Fact]
    public void A_data_loader_leaks_nothing_when_it_is_left_early()
    {
        using var loader = DataLoader(new ToySet(10), 2);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (NewDisposeScope())
        {
            _ = BatchSource.From(loader, ToBatch).Batches(0).Take(2).Count();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
    }

    [Fact]
    public void Impossible_arguments_are_refused()
    {
        FluentActions.Invoking(() => BatchSource.From(_ => [], batchCount: -1))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("batchCount must not be negative, but is -1*");
        FluentActions.Invoking(() => BatchSource.From([]).Prefetch(0))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("batches must be at least 1, but is 0*");
    }

    private static MultimodalBatch ToBatch(Dictionary<string, Tensor> item) =>
        new([item["first"], item["second"]], item["label"]);

    private static TrainingResult Fit(IBatchSource source, int epochs, params TrainingCallback[] observers)
    {
        using var model = Toy.Model();
        var options = Toy.Options(epochs) with { Callbacks = observers };
        return new Trainer(model, Toy.Task, new JointTraining(), options).Fit(source);
    }

    private sealed class ToySet(long count) : Dataset
    {
        public override long Count => count;

        public override Dictionary<string, Tensor> GetTensor(long index) => new()
        {
            ["first"] = ones(Toy.Inputs) * index,
            ["second"] = ones(Toy.Inputs + 1) * -index,
            ["label"] = tensor(index % Toy.Classes),
        };
    }
}
