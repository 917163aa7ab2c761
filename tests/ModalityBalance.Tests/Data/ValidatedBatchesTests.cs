using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Data;

/// <summary>Sources that give nothing, null, or something only once are named.</summary>
public class ValidatedBatchesTests
{
    [Fact]
    public void A_source_that_says_it_is_empty_is_refused_before_training()
    {
        int steps = 0;
        var empty = BatchSource.From(Array.Empty<MultimodalBatch>());

        Fit(empty).Should().Throw<ArgumentException>().WithMessage("train must hold at least one batch, but holds none*");
        Fit(Good(), empty, () => steps++).Should().Throw<ArgumentException>()
            .WithMessage("validation must hold at least one batch, but holds none*");
        steps.Should().Be(0);
    }

    [Fact]
    public void A_source_that_turns_out_empty_is_named()
    {
        Fit(BatchSource.From(_ => [])).Should().Throw<ArgumentException>().WithMessage("train must*none in epoch 0*");
        Fit(Good(), BatchSource.From(_ => [])).Should().Throw<ArgumentException>().WithMessage("validation must*none*");
        Fit(Good().Prefetch(), BatchSource.From(_ => []).Prefetch()).Should().Throw<ArgumentException>()
            .WithMessage("validation must*none*");
    }

    [Fact]
    public void A_source_that_can_be_enumerated_once_is_named()
    {
        var left = new Queue<MultimodalBatch>([Toy.Batch()]);
        IEnumerable<MultimodalBatch> Once()
        {
            while (left.TryDequeue(out var batch))
            {
                yield return batch;
            }
        }

        Fit(BatchSource.From(_ => Once())).Should().Throw<ArgumentException>()
            .WithMessage("train must*none in epoch 1: what it gives must be enumerable again each time.");
    }

    [Fact]
    public void Null_is_named()
    {
        Fit(BatchSource.From(_ => [Toy.Batch(), null!])).Should().Throw<ArgumentException>()
            .WithMessage("train must give batches, but batch 1 of epoch 0 is null.");
        Fit(BatchSource.From(_ => null!)).Should().Throw<ArgumentException>()
            .WithMessage("train must give the batches of epoch 0, but gave null.");
        Fit(BatchSource.From(_ => [null!]).Prefetch()).Should().Throw<InvalidOperationException>()
            .WithMessage("source must give batches, but gave null.");
        Fit(BatchSource.From(_ => null!).Prefetch()).Should().Throw<InvalidOperationException>()
            .WithMessage("source must give the batches of epoch 0, but gave null.");
        Fit(BatchSource.From(new[] { 1 }, _ => null!)).Should().Throw<InvalidOperationException>()
            .WithMessage("toBatch must make a batch of every item, but made null.");
        Fit(BatchSource.From(_ => (int[])null!, _ => Toy.Batch())).Should().Throw<InvalidOperationException>()
            .WithMessage("loader must give a loader for epoch 0, but gave null.");
    }

    private static IBatchSource Good() => BatchSource.From(_ => [Toy.Batch()]);

    private static Action Fit(IBatchSource train, IBatchSource? validation = null, Action? step = null) => () =>
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var options = Toy.Options(2) with { Callbacks = [new Hooks { Step = (_, _) => step?.Invoke() }] };
        new Trainer(model, Toy.Task, new JointTraining(), options).Fit(train, validation);
    };
}
