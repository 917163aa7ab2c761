using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>Networks, data and optimizers that would end a run, or spoil it silently.</summary>
public class TrainerRobustnessTests
{
    [Fact]
    public void Batch_normalization_over_one_value_stops_the_step_and_keeps_the_statistics()
    {
        using var scope = NewDisposeScope();
        var norm = nn.BatchNorm2d(2);
        using var model = Normalized(norm);

        FluentActions.Invoking(() => Fit(model, Images(9).InOrder(8))).Should().Throw<NonFiniteException>()
            .WithMessage("Step 1 (epoch 0)*buffers of the encoder of 'a'*more than one value*");

        norm.running_var!.isfinite().all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Batch_normalization_over_one_value_can_be_skipped_or_left_out()
    {
        using var scope = NewDisposeScope();
        using var model = Normalized(nn.BatchNorm2d(2));

        var skipped = Fit(model, Images(9).InOrder(8), Options() with { OnNonFinite = NonFinitePolicy.Skip });
        var dropped = Fit(model, Images(9).InOrder(8, dropLast: true));

        skipped.Epochs[0].SkippedSteps.Should().Be(1);
        dropped.Epochs[0].SkippedSteps.Should().Be(0);
        Images(9).InOrder(8, dropLast: true).BatchCount.Should().Be(1);
        Images(8).Shuffled(8, 1, dropLast: true).BatchCount.Should().Be(1);
    }

    [Fact]
    public void Accumulated_batches_are_cut_into_even_parts()
    {
        using var scope = NewDisposeScope();
        using var model = Normalized(nn.BatchNorm2d(2));

        Fit(model, Images(9).InOrder(8), Options() with { BatchesPerStep = 2 }).Epochs[0].SkippedSteps.Should().Be(0);

        Evaluator.Evaluate(model, Toy.Task, Images(9).InOrder(9), CPU).Loss.Should().BePositive();
    }

    [Fact]
    public void A_frozen_part_in_evaluation_mode_stays_in_it_and_all_modes_are_restored()
    {
        using var scope = NewDisposeScope();
        var norm = nn.BatchNorm2d(2);
        var dropout = nn.Dropout(0.5);
        using var model = new MultimodalModel(
            [
                new ModalityEncoder("a", nn.Sequential(norm, dropout, nn.Flatten(), nn.Linear(2, 4))),
                new ModalityEncoder("b", new Mlp(5, 4)),
            ],
            new LateFusion([4, 4], Toy.Classes));
        foreach (var parameter in model.Encoder(0).parameters())
        {
            parameter.requires_grad = false;
        }

        model.eval();
        var modes = new List<(bool Frozen, bool Learning)>();
        var watch = new Hooks { Step = (_, _) => modes.Add((dropout.training, model.Encoder(1).training)) };

        Fit(model, Images(16).InOrder(8), Options() with { Callbacks = [watch] });

        modes.Should().OnlyContain(mode => !mode.Frozen && mode.Learning);
        norm.running_mean!.abs().sum().item<float>().Should().Be(0);
        model.modules().Should().OnlyContain(module => !module.training);
    }

    [Fact]
    public void Modes_are_restored_after_an_exception()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        model.eval();
        var failing = new Hooks { Step = (_, _) => throw new TimeoutException() };

        FluentActions.Invoking(() => Fit(model, Toy.Data().InOrder(16), Options() with { Callbacks = [failing] }))
            .Should().Throw<TimeoutException>();

        model.training.Should().BeFalse();
    }

    [Fact]
    public void Placeholders_of_absent_modalities_may_hold_anything()
    {
        using var scope = NewDisposeScope();
        var inputs = new ModalityInput[] { randn(8, 4), randn(8, 5) };
        inputs[0].Tensors[0].narrow(0, 4, 4).fill_(float.NaN);
        var present = new bool[8, 2];
        for (int i = 0; i < 8; i++)
        {
            (present[i, 0], present[i, 1]) = (i < 4, true);
        }

        var data = new MultimodalDataset(
            inputs, arange(8, dtype: ScalarType.Int64).remainder(3), Toy.Task, new PresenceMask(present));
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", new Picky()), new ModalityEncoder("b", new Mlp(5, 4))],
            new LateFusion([4, 4], Toy.Classes));

        var result = new Trainer(model, Toy.Task, new JointTraining(), Options()).Fit(data.InOrder(4), data.InOrder(4));

        double.IsFinite(result.Epochs[0].Validation!.Loss).Should().BeTrue();
        result.Epochs[0].Validation!.Unimodal![0].Samples.Should().Be(4);
    }

    [Fact]
    public void Transposed_parameters_are_saved_in_checkpoints()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var imported = new Transposed();
        var before = imported.Weight.clone();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", imported), new ModalityEncoder("b", new Mlp(5, 4))],
            new LateFusion([4, 4], Toy.Classes));

        new Trainer(model, Toy.Task, new JointTraining(), Options() with
        {
            Optimizer = network => optim.Adam(network.Root.parameters(), 0),
            Callbacks = [new CheckpointWriter(folder.Path)],
        }).Fit(Vectors(16).InOrder(8));

        Checkpoint.FindNewest(folder.Path).Should().NotBeNull();
        imported.Weight.Equals(before).Should().BeTrue();
    }

    [Fact]
    public void A_transposed_view_of_another_parameter_is_refused()
    {
        using var scope = NewDisposeScope();
        var first = new Transposed();
        var tied = new Transposed(first.Weight.t());
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", first), new ModalityEncoder("b", tied)], new LateFusion([4, 4], Toy.Classes));

        var train = () => new Trainer(model, Toy.Task, new JointTraining(), Options());

        train.Should().Throw<ArgumentException>().WithMessage(
            "Parameters that share memory must be contiguous, but 'encoder_a._weight' is a transposed or strided view of 'encoder_b._weight': "
            + "use one parameter for both, and transpose it in forward.");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Parameters_that_become_trainable_later_are_named(bool lazy)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        foreach (var parameter in model.Encoder(0).parameters())
        {
            parameter.requires_grad = false;
        }

        var thaw = new Hooks
        {
            EpochEnd = _ =>
            {
                foreach (var parameter in model.Encoder(0).parameters())
                {
                    parameter.requires_grad = true;
                }
            },
        };
        IEnumerable<Parameter> Learning(IMultimodalModel network) =>
            network.Root.parameters().Where(parameter => parameter.requires_grad);

        var result = Fit(model, Toy.Data().InOrder(16), Toy.Options(2) with
        {
            Optimizer = network => optim.SGD(lazy ? Learning(network) : Learning(network).ToArray(), 0.1, momentum: 0.9),
            Callbacks = [thaw],
        });

        result.Warnings.Should().ContainSingle().Which.Should().Match("4 parameters became trainable*encoder_m0*");
    }

    [Fact]
    public void Layers_that_are_added_later_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var grow = new Hooks { EpochStart = _ => model.Encoder(0).register_module("late", nn.Linear(2, 2)) };

        var result = Fit(model, Toy.Data().InOrder(16), Toy.Options(1) with { Callbacks = [grow] });

        result.Warnings.Should().ContainSingle().Which.Should().Contain("late.weight");
    }

    [Fact]
    public void Sources_may_reuse_their_arrays_and_tensors()
    {
        using var scope = NewDisposeScope();
        foreach (bool accumulated in (bool[])[false, true])
        {
            Trained(reuse: true, accumulated).Should().BeEquivalentTo(Trained(reuse: false, accumulated));
        }

        static Dictionary<string, string> Trained(bool reuse, bool accumulated)
        {
            using var model = Toy.Model();
            var (data, first, targets) = (Toy.Data(samples: 32), zeros(8, Toy.Inputs), zeros(8, ScalarType.Int64));
            var source = BatchSource.From(_ => Batches(data, reuse, first, targets), batchCount: 4);
            Fit(
                model,
                accumulated ? source : source.Prefetch(2),
                Toy.Options(1) with { BatchesPerStep = accumulated ? 2 : 1 });
            return Toy.State(model);
        }

        static IEnumerable<MultimodalBatch> Batches(
            MultimodalDataset data, bool reuse, Tensor first, Tensor targets)
        {
            bool[,] mask = new bool[8, 2];
            for (int batch = 0; batch < 4; batch++)
            {
                var own = data.Select([.. Enumerable.Range(8 * batch, 8).Select(i => (long)i)]);
                if (!reuse)
                {
                    (first, targets, mask) = (zeros(8, Toy.Inputs), zeros(8, ScalarType.Int64), new bool[8, 2]);
                }

                first.copy_(own.Inputs[0].Tensors[0]);
                targets.copy_(own.Targets);
                for (int i = 0; i < 8; i++)
                {
                    (mask[i, 0], mask[i, 1]) = (i != batch, true);
                }

                yield return new MultimodalBatch([first, own.Inputs[1]], targets, new PresenceMask(mask));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Iterators_may_leave_a_scope_or_no_grad_open(int batchesPerStep)
    {
        using var scope = NewDisposeScope();
        var options = Toy.Options(2) with { BatchesPerStep = batchesPerStep };

        Trained(open: true).Should().BeEquivalentTo(Trained(open: false));

        Dictionary<string, string> Trained(bool open)
        {
            using var model = Toy.Model();
            var data = Toy.Data();
            Fit(model, BatchSource.From(_ => open ? Open(data) : data.InOrder(16).Batches(0), 6), options);
            return Toy.State(model);
        }

        static IEnumerable<MultimodalBatch> Open(MultimodalDataset data)
        {
            foreach (long[] rows in Enumerable.Range(0, 96).Select(i => (long)i).Chunk(16))
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                yield return data.Select(rows);
            }
        }
    }

    [Fact]
    public void A_source_that_leaves_inference_mode_on_is_named()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();

        FluentActions.Invoking(() => Fit(model, BatchSource.From(_ => Inferring(), 6)))
            .Should().Throw<InvalidOperationException>().WithMessage("train must yield batches outside inference mode*");

        static IEnumerable<MultimodalBatch> Inferring()
        {
            using var inference = inference_mode(true);
            yield return Toy.Batch();
        }
    }

    [Fact]
    public void Inputs_that_carry_a_graph_lose_it()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var weight = ones(1, requires_grad: true);
        var plain = Toy.Batch();
        var batch = new MultimodalBatch([plain.Inputs[0].Tensors[0] * weight, plain.Inputs[1]], plain.Targets);

        Fit(model, BatchSource.From([batch]), Toy.Options(3)).Epochs.Should().HaveCount(3);

        ((object?)weight.grad).Should().BeNull();
    }

    [Fact]
    public void The_loss_of_an_epoch_weighs_samples_and_not_batches()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var options = Toy.Options(1) with { Optimizer = network => optim.SGD(network.Root.parameters(), 0) };

        double uneven = Fit(model, Toy.Data(samples: 10).InOrder(8), options).Epochs[0].Loss;
        double whole = Fit(model, Toy.Data(samples: 10).InOrder(10), options).Epochs[0].Loss;

        uneven.Should().BeApproximately(whole, 1e-6, "float32 losses are averaged in another order");
    }

    [Fact]
    public void The_best_epoch_is_chosen_by_the_given_score()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var held = Toy.Data(seed: 8).InOrder(32);

        var result = new Trainer(model, Toy.Task, new JointTraining(), Toy.Options(4) with
        {
            BestEpochScore = validation => validation.Loss,
        }).Fit(Toy.Data().InOrder(16), held);

        result.BestEpoch.Should().Be(result.Epochs.MaxBy(epoch => epoch.Validation!.Loss)!.Epoch);
    }

    [Fact]
    public void An_optimizer_that_needs_a_closure_or_was_used_is_rejected()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var optimizer = optim.Adam(model.parameters(), 0.01);
        Action With(Func<IMultimodalModel, optim.Optimizer> make) =>
            () => Fit(model, Toy.Data().InOrder(16), Toy.Options(1) with { Optimizer = make });

        With(network => optim.LBFGS(network.Root.parameters(), 0.1)).Should().Throw<ArgumentException>().WithMessage("*LBFGS*");
        With(_ => optimizer).Should().NotThrow();
        With(_ => optimizer).Should().Throw<ArgumentException>().WithMessage("*new optimizer for every run*");
    }

    [Fact]
    public void A_label_out_of_range_is_named_with_its_place()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var batch = Toy.Batch();
        batch.Targets[2] = 3;

        FluentActions.Invoking(() => Fit(model, BatchSource.From([batch]))).Should().Throw<ArgumentException>()
            .WithMessage("targets must lie in [0, 2] for 3 classes, but targets[2] is 3.*");
    }

    [Fact]
    public void A_second_thread_is_kept_away_from_a_model_in_training()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        Exception? failure = null;
        var watch = new Hooks
        {
            Step = (_, _) =>
            {
                var other = new Thread(() => failure = Record.Exception(
                    () => Evaluator.Evaluate(model, Toy.Task, Toy.Data().InOrder(16), CPU)));
                other.Start();
                other.Join();
            },
        };

        Fit(model, Toy.Data(samples: 16).InOrder(16), Toy.Options(1) with { Callbacks = [watch] });

        failure.Should().BeOfType<InvalidOperationException>().Which.Message.Should().Contain("one thread at a time");
    }

    private static TrainerOptions Options() => Toy.Options(1);

    private static TrainingResult Fit(MultimodalModel model, IBatchSource data, TrainerOptions? options = null) =>
        new Trainer(model, Toy.Task, new JointTraining(), options ?? Options()).Fit(data);

    private static MultimodalModel Normalized(BatchNorm2d norm) => new(
        [
            new ModalityEncoder("a", nn.Sequential(norm, nn.Flatten(), nn.Linear(2, 4))),
            new ModalityEncoder("b", new Mlp(5, 4)),
        ],
        new LateFusion([4, 4], Toy.Classes));

    private static MultimodalDataset Images(int samples) => new(
        [randn(samples, 2, 1, 1), randn(samples, 5)], arange(samples, dtype: ScalarType.Int64).remainder(3), Toy.Task);

    private static MultimodalDataset Vectors(int samples) => new(
        [randn(samples, 4), randn(samples, 5)], arange(samples, dtype: ScalarType.Int64).remainder(3), Toy.Task);

    /// <summary>Rejects what is no number, as a packed sequence rejects the length 0.</summary>
    private sealed class Picky : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer = nn.Linear(4, 4);

        public Picky()
            : base(nameof(Picky)) => RegisterComponents();

        public override Tensor forward(Tensor input) => input.isnan().any().item<bool>()
            ? throw new ArgumentException("A placeholder was encoded.")
            : _layer.call(input);
    }

    private sealed class Transposed : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _weight;

        public Transposed(Tensor? weight = null)
            : base(nameof(Transposed))
        {
            _weight = nn.Parameter(weight?.detach() ?? randn(4, 4).t());
            RegisterComponents();
        }

        public Tensor Weight => _weight;

        public override Tensor forward(Tensor input) => input.matmul(_weight);
    }
}
