using ModalityBalance.Strategies;
using ModalityBalance.Tests.Contract;
using ModalityBalance.Tests.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>A run that ends early and is resumed ends as the undisturbed one, bit for bit.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => new(StrategyTable.Names);

    private string Folder => Path.Combine(_folder.Path, "run");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void Ten_epochs_equal_four_and_six_more(string strategy)
    {
        using var scope = NewDisposeScope();
        var (whole, wholeState) = Train(strategy, 10);
        Train(strategy, 10, stopAfterStep: 4 * 6);
        var (resumed, resumedState) = Train(strategy, 10, resume: true);

        resumedState.Should().BeEquivalentTo(wholeState);
        Comparable(resumed).Should().BeEquivalentTo(Comparable(whole));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(11)]
    public void A_run_goes_on_from_any_step(int steps)
    {
        using var scope = NewDisposeScope();
        var (whole, wholeState) = Train("i2mcl", 3);
        Train("i2mcl", 3, stopAfterStep: steps);
        var (resumed, resumedState) = Train("i2mcl", 3, resume: true);

        resumedState.Should().BeEquivalentTo(wholeState);
        Comparable(resumed).Should().BeEquivalentTo(Comparable(whole));
    }

    [Fact]
    public void Dropout_draws_what_it_would_have_drawn()
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("joint", 3, dropout: true);
        Train("joint", 3, stopAfterStep: 8, dropout: true);
        random.manual_seed(99);
        var (_, resumed) = Train("joint", 3, resume: true, dropout: true);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Theory]
    [InlineData("AdamW")]
    [InlineData("Adamax")]
    public void The_moments_of_other_optimizers_are_kept(string optimizer)
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("mmpareto", 3, optimizer: optimizer);
        Train("mmpareto", 3, stopAfterStep: 8, optimizer: optimizer);
        var (_, resumed) = Train("mmpareto", 3, resume: true, optimizer: optimizer);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Accumulation_prefetch_and_schedules_by_the_step_go_on(int steps)
    {
        static TrainerOptions ByStep(TrainerOptions options) => options with
        {
            AccumulatedBatches = 2,
            SchedulerInterval = SchedulerInterval.Step,
            Scheduler = made => optim.lr_scheduler.CosineAnnealingLR(made, T_max: 9),
        };

        using var scope = NewDisposeScope();
        var (_, whole) = Train("i2mcl", 3, change: ByStep);
        Train("i2mcl", 3, stopAfterStep: steps, change: ByStep);
        var (_, resumed) = Train("i2mcl", 3, resume: true, change: ByStep);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void A_schedule_that_watches_the_loss_goes_on()
    {
        static TrainerOptions Plateau(TrainerOptions options) => options with
        {
            Scheduler = made => optim.lr_scheduler.ReduceLROnPlateau(made, patience: 0, threshold: 0.2),
        };

        using var scope = NewDisposeScope();
        var (_, whole) = Train("uniform", 8, change: Plateau);
        Train("uniform", 8, stopAfterStep: 27, change: Plateau);
        var (_, resumed) = Train("uniform", 8, resume: true, change: Plateau);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void An_epoch_under_way_is_ended_although_a_stop_was_asked_for()
    {
        static Hooks StopInStep(int index)
        {
            TrainingRun? run = null;
            return new Hooks
            {
                FitStart = started => run = started,
                Step = (step, _) =>
                {
                    if (step.Index == index)
                    {
                        run!.Stop("It is enough.");
                    }
                },
            };
        }

        using var scope = NewDisposeScope();
        var (result, whole) = Train("joint", 5, before: StopInStep(7));
        Train("joint", 5, stopAfterStep: 10, before: StopInStep(7));
        var (resumed, state) = Train("joint", 5, resume: true);

        result.Epochs.Should().HaveCount(2);
        state.Should().BeEquivalentTo(whole);
        Comparable(resumed).Should().BeEquivalentTo(Comparable(result));
    }

    [Fact]
    public void A_finished_run_is_resumed_at_its_end()
    {
        using var scope = NewDisposeScope();
        var (first, state) = Train("g2d", 3);
        var (again, stateAgain) = Train("g2d", 3, resume: true);

        stateAgain.Should().BeEquivalentTo(state);
        Comparable(again).Should().BeEquivalentTo(Comparable(first));
    }

    [Fact]
    public void The_newest_good_one_is_found_when_the_last_is_cut_short()
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("joint", 3);
        string[] kept = Directory.GetFiles(Folder).Order().ToArray();
        File.WriteAllBytes(kept[^1], File.ReadAllBytes(kept[^1])[..^40]);

        Checkpoint.FindNewest(Folder).Should().Be(kept[^2]);
        var (_, resumed) = Train("joint", 3, resume: true);

        resumed.Should().BeEquivalentTo(whole);
        Checkpoint.FindNewest(Path.Combine(Folder, "nowhere")).Should().BeNull();
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_with_all_differences()
    {
        using var scope = NewDisposeScope();
        Train("joint", 2);
        using var model = Toy.Model(modalities: 2, fusion: "concat");
        var before = Toy.State(model);
        var options = Options(2, "Adamax") with { ResumeFrom = Checkpoint.FindNewest(Folder) };

        new Trainer(model, Toy.Task, new UniformBaseline(), options)
            .Invoking(trainer => trainer.Fit(Toy.Data().Shuffled(8, 3)))
            .Should().Throw<InvalidDataException>().WithMessage(
                "*'head_m0.weight' is Float32 ?3, 5?, but in the checkpoint it is not there*"
                + "strategy is Uniform, but in the checkpoint it is Joint*"
                + "optimizer is Adamax of *, but in the checkpoint it is SGD of *"
                + "training data is 96 samples in batches of 8*, but in the checkpoint it is 96 samples in batches of 16*");

        Toy.State(model).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void A_new_run_does_not_overwrite_another()
    {
        using var scope = NewDisposeScope();
        Train("joint", 1);

        FluentActions.Invoking(() => Train("joint", 1)).Should().Throw<InvalidOperationException>()
            .WithMessage("*step-000000000006.checkpoint*resume*");
    }

    [Fact]
    public void Weights_can_be_loaded_alone()
    {
        using var scope = NewDisposeScope();
        var (result, best) = Train("uniform", 20);
        string path = Checkpoint.FindNewest(Folder)!;
        using var model = Toy.Model(seed: 5);
        using var other = Toy.Model(modalities: 3);

        Checkpoint.LoadModel(path, model);

        Toy.State(model).Should().BeEquivalentTo(best, "the run ended with the weights of its best epoch");
        result.BestEpoch.Should().BeLessThan(19, "else the next line shows nothing");
        Checkpoint.LoadModel(path, model, best: false);
        Toy.State(model).Should().NotBeEquivalentTo(best);
        FluentActions.Invoking(() => Checkpoint.LoadModel(path, other)).Should().Throw<InvalidDataException>()
            .WithMessage("*another model*'encoder_m2.*not there*");
    }

    [Fact]
    public void No_more_than_the_newest_are_kept_and_the_best()
    {
        using var scope = NewDisposeScope();
        Train("joint", 5, checkpoints: new CheckpointOptions { Keep = 3, EverySteps = 4, KeepBest = true });
        File.WriteAllText(Path.Combine(Folder, "step-000000000001.checkpoint.abc.tmp"), "left by a killed writer");

        Directory.GetFiles(Folder).Select(Path.GetFileName).Where(name => !name!.EndsWith(".tmp", StringComparison.Ordinal))
            .Should().BeEquivalentTo(
                "best.checkpoint", "step-000000000030.checkpoint", "step-000000000028.checkpoint",
                "step-000000000024.checkpoint");
        Train("joint", 6, resume: true);
        Directory.GetFiles(Folder, "*.tmp").Should().BeEmpty();
    }

    [Fact]
    public void A_checkpoint_cut_or_flipped_anywhere_is_refused()
    {
        using var scope = NewDisposeScope();
        Train("i2mcl", 1);
        string path = Checkpoint.FindNewest(Folder)!;
        byte[] good = File.ReadAllBytes(path);
        var chance = new Random(5);
        using var model = Toy.Model();
        var before = Toy.State(model);

        for (int i = 0; i < 500; i++)
        {
            byte[] bad = i % 2 == 0 ? good[..chance.Next(good.Length)] : [.. good];
            if (i % 2 == 1)
            {
                bad[chance.Next(bad.Length)] ^= (byte)(1 << chance.Next(8));
            }

            File.WriteAllBytes(path, bad);
            FluentActions.Invoking(() => Checkpoint.LoadModel(path, model)).Should().Throw<InvalidDataException>();
        }

        Checkpoint.FindNewest(Folder).Should().BeNull();
        Toy.State(model).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void An_error_in_a_step_leaves_the_last_checkpoint_usable()
    {
        using var scope = NewDisposeScope();
        var (_, whole) = Train("mmpareto", 2);
        Directory.Delete(Folder, recursive: true);

        FluentActions.Invoking(() => Train("mmpareto", 2, failAtStep: 7)).Should().Throw<InsufficientMemoryException>();
        var (_, resumed) = Train("mmpareto", 2, resume: true);

        resumed.Should().BeEquivalentTo(whole);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_earlier_ones_and_can_be_survived()
    {
        using var scope = NewDisposeScope();
        var failures = new List<IOException>();
        var survive = new CheckpointOptions { OnFailure = failures.Add };
        var block = new Hooks { EpochEnd = summary => Block(summary.Epoch == 1) };

        Train("joint", 4, checkpoints: survive, before: block);

        failures.Should().ContainSingle();
        Checkpoint.FindNewest(Folder).Should().EndWith("step-000000000024.checkpoint");
        Directory.Delete(Folder, recursive: true);
        FluentActions.Invoking(() => Train("joint", 4, before: block)).Should().Throw<IOException>();
        Block(false);
        Checkpoint.FindNewest(Folder).Should().EndWith("step-000000000006.checkpoint");
    }

    /// <summary>Makes the writing of step 12's checkpoint fail: its place is taken by a folder.</summary>
    private void Block(bool yes)
    {
        string place = Path.Combine(Folder, "step-000000000012.checkpoint");
        if (yes)
        {
            Directory.CreateDirectory(Path.Combine(place, "in the way"));
        }
        else if (Directory.Exists(place))
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private (TrainingResult Result, Dictionary<string, string> State) Train(
        string strategy,
        int epochs,
        int? stopAfterStep = null,
        bool resume = false,
        bool dropout = false,
        string optimizer = "SGD",
        CheckpointOptions? checkpoints = null,
        int? failAtStep = null,
        Hooks? before = null,
        Func<TrainerOptions, TrainerOptions>? change = null)
    {
        if (stopAfterStep is not null && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }

        using var model = Toy.Model(dropout: dropout);
        using var cancellation = new CancellationTokenSource();
        var stop = new Hooks
        {
            Step = (step, _) =>
            {
                if (step.Index + 1 == stopAfterStep)
                {
                    cancellation.Cancel();
                }
            },
        };
        var options = (change ?? (same => same))(Options(epochs, optimizer)) with
        {
            Teachers = new FailingTeachers(failAtStep),
            ResumeFrom = resume ? Checkpoint.FindNewest(Folder) : null,
            Observers = [before ?? new Hooks(), stop, new CheckpointWriter(Folder, checkpoints)],
        };
        var rule = StrategyTable.Make(strategy, 2);
        using var remembered = rule as IDisposable;
        var trainer = new Trainer(model, Toy.Task, rule, options);
        try
        {
            var result = trainer.Fit(
                Toy.Data().Shuffled(16, 3).Prefetch(), Toy.Data(seed: 8).InOrder(32), cancellation.Token);
            return (result, Toy.State(model));
        }
        catch (OperationCanceledException) when (stopAfterStep is not null)
        {
            return (null!, []);
        }
    }

    private static TrainerOptions Options(int epochs, string optimizer) => new()
    {
        Epochs = epochs,
        Optimizer = model => optimizer switch
        {
            "SGD" => optim.SGD(model.Root.parameters(), 0.02, momentum: 0.9, weight_decay: 1e-3),
            "AdamW" => optim.AdamW(model.Root.parameters(), 0.01, weight_decay: 0.01),
            _ => optim.Adamax(model.Root.parameters(), 0.01),
        },
        Scheduler = made => optim.lr_scheduler.StepLR(made, 2, 0.7),
        Seed = 11,
        WarmUpSteps = 8,
        MaxGradientNorm = 1,
    };

    /// <summary>All of a result but times.</summary>
    private static TrainingResult Comparable(TrainingResult result) => result with
    {
        Epochs = result.Epochs.Select(epoch => epoch with { Duration = default }).ToArray(),
    };

    /// <summary>The toy's teachers, whose memory is exhausted in one step.</summary>
    private sealed class FailingTeachers(int? failAtStep) : ITeachers
    {
        private readonly ToyTeachers _teachers = new(2);
        private int _steps;

        public bool HasOverallConfidences => true;

        public TeacherOutputs For(MultimodalBatch batch) =>
            _steps++ == failAtStep ? throw new InsufficientMemoryException("as a device would") : _teachers.For(batch);
    }
}
