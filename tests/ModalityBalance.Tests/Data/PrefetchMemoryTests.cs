using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Data;

/// <summary>Prefetching leaves neither tensors nor threads behind.</summary>
public class PrefetchMemoryTests
{
    private readonly Producer _producer = new();

    [Fact]
    public void Training_leaks_no_tensor_on_either_thread()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var live = new List<long>();
        var watch = new Hooks { EpochEnd = _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount) };
        var options = Toy.Options(epochs: 20) with { Callbacks = [watch] };

        new Trainer(model, Toy.Task, new JointTraining(), options).Fit(_producer.Of(batches: 10).Prefetch(2));

        live.Skip(1).Should().OnlyContain(count => count == live[1], "the first epoch makes the momentum buffers");
        _producer.ShouldHaveLeftNothing(epochs: 20);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 40)]
    public void An_epoch_left_early_leaks_nothing_and_ends_its_thread(int capacity, int used)
    {
        Check(() => _ = _producer.Of(batches: 50).Prefetch(capacity).Batches(0).Take(used).Count());
    }

    [Fact]
    public void A_canceled_training_leaks_nothing_and_ends_its_thread()
    {
        using var model = Toy.Model();
        using var source = new CancellationTokenSource();
        var watch = new Hooks { Step = (_, _) => source.Cancel() };
        var trainer = new Trainer(model, Toy.Task, new JointTraining(), Toy.Options() with { Callbacks = [watch] });

        trainer.Invoking(t => t.Fit(_producer.Of(batches: 50).Prefetch(), cancellation: source.Token))
            .Should().Throw<OperationCanceledException>();

        _producer.ShouldHaveLeftNothing(epochs: 1);
    }

    [Fact]
    public void Exceptions_on_either_side_leak_nothing_and_end_the_thread()
    {
        Check(() => FluentActions.Invoking(() => _producer.Of(batches: 5, breaks: true).Prefetch(2).Batches(0).Count())
            .Should().Throw<InvalidDataException>());
        Check(() => FluentActions.Invoking(() => Use(_producer.Of(batches: 5).Prefetch(2)))
            .Should().Throw<NotSupportedException>());

        static void Use(IBatchSource source)
        {
            foreach (var batch in source.Batches(0))
            {
                throw new NotSupportedException();
            }
        }
    }

    [Fact]
    public void A_batch_lives_on_when_its_maker_disposes_its_tensors_and_goes_with_the_scope_of_its_user()
    {
        using var batches = _producer.Of(batches: 3).Prefetch().Batches(0).GetEnumerator();
        MultimodalBatch first;
        using (NewDisposeScope())
        {
            batches.MoveNext();
            first = batches.Current;
            batches.MoveNext();
            batches.MoveNext();
            first.Targets.sum().item<long>().Should().Be(Toy.Batch().Targets.sum().item<long>());
        }

        first.Tensors().Should().OnlyContain(tensor => tensor.IsInvalid);
    }

    private void Check(Action use)
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (NewDisposeScope())
        {
            use();
        }

        DisposeScopeManager.Statistics.ThreadTotalLiveCount.Should().Be(before);
        _producer.ShouldHaveLeftNothing();
    }

    /// <summary>Makes batches like a loader, which disposes each before it makes the next, and remembers the threads on
    /// which it did.</summary>
    private sealed class Producer
    {
        private readonly List<(Thread Thread, ThreadDisposeScopeStatistics Statistics)> _runs = [];

        public IBatchSource Of(int batches, bool breaks = false) =>
            BatchSource.From(_ => Make(batches, breaks), batches);

        public void ShouldHaveLeftNothing(int? epochs = null) => _runs.Should().NotBeEmpty()
            .And.HaveCount(epochs ?? _runs.Count)
            .And.OnlyContain(run => run.Thread != Thread.CurrentThread && !run.Thread.IsAlive)
            .And.OnlyContain(run => run.Statistics.ThreadTotalLiveCount == 0)
            .And.OnlyContain(run => run.Statistics.CreatedInScopeCount > 0);

        private IEnumerable<MultimodalBatch> Make(int batches, bool breaks)
        {
            _runs.Add((Thread.CurrentThread, DisposeScopeManager.Statistics));
            for (int i = 0; i < batches; i++)
            {
                var batch = Toy.Batch().Detach();
                try
                {
                    yield return batch;
                }
                finally
                {
                    batch.Tensors().ToList().ForEach(tensor => tensor.Dispose());
                }
            }

            if (breaks)
            {
                throw new InvalidDataException();
            }
        }
    }
}
