using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void It_learns_the_toy()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data();

        var result = Train(model, data, Toy.Options(epochs: 8));

        result.Epochs.Should().HaveCount(8);
        result.Epochs[^1].Loss.Should().BeLessThan(result.Epochs[0].Loss / 2);
        result.BestEpoch.Should().BeNull("there was no validation data");
        result.Epochs[0].Passes.Should().Be(new EncoderPasses(12, 12), "six steps of two encoders");
    }

    [Fact]
    public void The_same_seeds_give_the_same_weights_bit_for_bit()
    {
        Dictionary<string, string> Run(int dataSeed)
        {
            using var scope = NewDisposeScope();
            using var model = Toy.Model();
            new Trainer(model, Toy.Task, new UniformBaseline(), Toy.Options() with { Seed = 5 })
                .Fit(Toy.Data().Shuffled(16, dataSeed));
            return Toy.State(model);
        }

        Run(1).Should().BeEquivalentTo(Run(1));
        Run(1).Should().NotBeEquivalentTo(Run(2));
    }

    [Fact]
    public void It_ends_with_the_best_validation_epoch()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var data = Toy.Data();
        var validation = Toy.Data(seed: 8).InOrder(32);
        var states = new StateRecorder(model);
        var options = Toy.Options(epochs: 6) with { Callbacks = [states] };

        var result = new Trainer(model, Toy.Task, new JointTraining(), options)
            .Fit(data.Shuffled(16, 3), validation);

        var scores = result.Epochs.Select(epoch => epoch.Validation!.Fused.Primary).ToArray();
        result.BestEpoch.Should().Be(Array.IndexOf(scores, scores.Max()));
        Toy.State(model).Should().BeEquivalentTo(states.Epochs[result.BestEpoch!.Value]);
    }

    [Fact]
    public void It_keeps_the_last_epoch_when_told_to()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var states = new StateRecorder(model);
        var options = Toy.Options(epochs: 4) with { Callbacks = [states], RestoreBestWeights = false };

        new Trainer(model, Toy.Task, new JointTraining(), options)
            .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));

        Toy.State(model).Should().BeEquivalentTo(states.Epochs[^1]);
    }

    [Fact]
    public void The_scheduler_steps_after_every_epoch()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        optim.Optimizer? optimizer = null;
        var options = Toy.Options(epochs: 3) with
        {
            Scheduler = made => optim.lr_scheduler.StepLR(optimizer = made, 2, 0.1),
        };
        var rates = new List<double>();
        var watch = new Hooks { EpochStart = _ => rates.Add(optimizer!.ParamGroups.First().LearningRate) };

        Train(model, Toy.Data(), options with { Callbacks = [watch] });

        rates.Should().HaveCount(3);
        rates.Zip([0.02, 0.02, 0.002]).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
    }

    [Fact]
    public void Hooks_come_in_the_documented_order()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var events = new List<string>();
        var watch = new Hooks
        {
            FitStart = run => events.Add($"fit {run.Epochs}x{run.StepsPerEpoch}"),
            EpochStart = epoch => events.Add($"epoch {epoch}"),
            Step = (step, report) => events.Add($"step {step.Index}"),
            EpochEnd = summary => events.Add($"end {summary.Epoch}"),
            FitEnd = result => events.Add("done"),
        };

        Train(model, Toy.Data(samples: 32), Toy.Options(2) with { Callbacks = [watch] });

        events.Should().Equal(
            "fit 2x2", "epoch 0", "step 0", "step 1", "end 0", "epoch 1", "step 2", "step 3", "end 1", "done");
    }

    [Fact]
    public void Cancellation_stops_between_steps()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var source = new CancellationTokenSource();
        int steps = 0;
        var watch = new Hooks
        {
            Step = (step, report) =>
            {
                steps++;
                source.Cancel();
            },
        };
        var trainer = new Trainer(
            model, Toy.Task, new JointTraining(), Toy.Options() with { Callbacks = [watch] });

        trainer.Invoking(t => t.Fit(Toy.Data().Shuffled(16, 1), cancellation: source.Token))
            .Should().Throw<OperationCanceledException>();

        steps.Should().Be(1);
    }

    [Theory]
    [InlineData("late")]
    [InlineData("concat")]
    public void A_thousand_steps_leak_no_tensor(string fusion)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, fusion);
        var live = new List<long>();
        var watch = new Hooks
        {
            EpochEnd = _ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount),
        };

        new Trainer(
                model, Toy.Task, new UniformBaseline(), Toy.Options(epochs: 100) with { Callbacks = [watch] })
            .Fit(Toy.Data(samples: 80).Shuffled(8, 1));

        live.Skip(1).Should().OnlyContain(count => count == live[1], "the first epoch makes the momentum buffers");
    }

    [Fact]
    public void Every_sample_is_used_once_per_epoch_in_an_order_of_its_own()
    {
        using var scope = NewDisposeScope();
        var source = Toy.Data(samples: 50).Shuffled(16, seed: 4);
        long[] Order(int epoch) => source.Batches(epoch).SelectMany(batch => batch.SampleIndices!).ToArray();

        source.BatchCount.Should().Be(4);
        source.Batches(0).Select(batch => batch.Size).Should().Equal(16, 16, 16, 2);
        Order(0).Should().BeEquivalentTo(Enumerable.Range(0, 50).Select(i => (long)i));
        Order(0).Should().Equal(Order(0)).And.NotEqual(Order(1));
    }

    [Fact]
    public void Impossible_options_are_refused_before_training()
    {
        using var model = Toy.Model();
        Action With(TrainerOptions options) =>
            () => _ = new Trainer(model, Toy.Task, new JointTraining(), options);

        With(Toy.Options(epochs: 0)).Should().Throw<ArgumentException>().WithMessage("Epochs*at least 1, but is 0*");
        if (!cuda.is_available())
        {
            With(Toy.Options() with { Device = new Device(DeviceType.CUDA) }).Should().Throw<ArgumentException>().WithMessage("*CUDA*");
        }

        Toy.Data().Invoking(data => data.Shuffled(97, 1))
            .Should().Throw<ArgumentException>().WithMessage("*[1, 96], the number of samples, but is 97*");
        Toy.Data().Invoking(data => data.InOrder(0)).Should().Throw<ArgumentException>().WithMessage("*is 0*");
    }

    [Fact]
    public void A_data_set_refuses_labels_out_of_range()
    {
        ((Action)(() => _ = new MultimodalDataset([rand(2, 6), rand(2, 7)], tensor(new long[] { 0, 3 }), Toy.Task)))
            .Should().Throw<ArgumentException>().WithMessage("*targets[1] is 3*");
    }

    [Fact]
    public void An_empty_epoch_is_an_error()
    {
        using var model = Toy.Model();

        new Trainer(model, Toy.Task, new JointTraining(), Toy.Options())
            .Invoking(trainer => trainer.Fit(new NoBatches()))
            .Should().Throw<ArgumentException>().WithMessage("*at least one batch*");
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_named_and_leaves_the_model_as_it_was()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var before = Toy.State(model);

        new Trainer(model, Toy.Task, new InfiniteGradient(at: 2, modality: 1), Toy.Options())
            .Invoking(trainer => trainer.Fit(Toy.Data().InOrder(16)))
            .Should().Throw<NonFiniteException>()
            .WithMessage("Step 2 (epoch 0): the gradients of Broken*the encoder of 'm1' are not (loss *")
            .Which.Step.Should().Be(2);

        model.parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        Toy.State(model).Should().NotBeEquivalentTo(before, "two steps were good");
        model.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>());
    }

    [Fact]
    public void A_step_that_is_not_finite_can_be_skipped_and_is_counted()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var seen = new List<long>();
        var options = Toy.Options(epochs: 1) with
        {
            OnNonFinite = NonFinitePolicy.Skip,
            Callbacks = [new Hooks { Step = (step, _) => seen.Add(step.Index) }],
        };

        var result = new Trainer(model, Toy.Task, new InfiniteGradient(at: 2, modality: 0), options)
            .Fit(Toy.Data().InOrder(16));

        result.Epochs[0].SkippedSteps.Should().Be(1);
        seen.Should().Equal(0, 1, 3, 4, 5);
        model.parameters().Should().OnlyContain(p => p.isfinite().all().item<bool>());
    }

    [Fact]
    public void An_observer_can_end_training_after_the_epoch_under_way()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        TrainingRun? run = null;
        var watch = new Hooks
        {
            FitStart = started => run = started,
            Step = (step, _) =>
            {
                if (step.Index == 7)
                {
                    run!.Stop("It is enough.");
                    run.Stop("A second reason.");
                }
            },
        };

        var result = Train(model, Toy.Data(), Toy.Options(epochs: 5) with { Callbacks = [watch] });

        result.Epochs.Should().HaveCount(2);
        result.StopReason.Should().Be("It is enough.");
        run!.Step.Should().Be(12);
    }

    private static TrainingResult Train(MultimodalModel model, MultimodalDataset data, TrainerOptions options) =>
        new Trainer(model, Toy.Task, new JointTraining(), options).Fit(data.Shuffled(16, 3));

    private sealed class NoBatches : IBatchSource
    {
        public int? BatchCount => 0;

        public IEnumerable<MultimodalBatch> Batches(int epoch) => [];
    }

    private sealed class StateRecorder(MultimodalModel model) : TrainingCallback
    {
        public List<Dictionary<string, string>> Epochs { get; } = [];

        public override void OnEpochEnd(EpochSummary summary) => Epochs.Add(Toy.State(model));
    }

    /// <summary>Joint training but for one encoder's gradient in one step.</summary>
    private sealed class InfiniteGradient(long at, int modality) : GradientStrategy
    {
        private readonly JointTraining _joint = new();

        public override string Name => "Broken";

        public override StepReport ComputeGradients(TrainingStep step)
        {
            var report = _joint.ComputeGradients(step);
            if (step.Index == at)
            {
                step.Model.EncoderParameters(modality).First().grad!.select(0, 0).fill_(float.PositiveInfinity);
            }

            return report;
        }
    }
}
