using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Tests.Training;

/// <summary>The optional members of a strategy: epochs, turns, learning rates and the optimizer's memory.</summary>
public sealed class StrategyHookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Checkpoint => Path.Combine(_folder.Path, "run.checkpoint");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Epoch_hooks_run_once_per_epoch_in_order_and_see_the_validation()
    {
        using var strategy = new Scripted();

        Fit(strategy, Toy.Options(2));

        strategy.Log.Should().Equal("start 0", "end 0 scored", "start 1", "end 1 scored");
    }

    [Theory]
    [InlineData("start")]
    [InlineData("step")]
    [InlineData("end")]
    public void A_resumed_run_repeats_no_hook_and_ends_with_the_same_weights(string savedAt)
    {
        using var whole = new Scripted { DrawsNoise = true };
        var expected = Fit(whole, Toy.Options(3) with { Seed = 5, Callbacks = [new Saving($"{savedAt} 1", Checkpoint).Hooks] });

        using var rest = new Scripted { DrawsNoise = true };
        var resumed = Fit(rest, Toy.Options(3) with { Seed = 5, ResumeFrom = Checkpoint, Callbacks = [new Hooks()] });

        resumed.Should().BeEquivalentTo(expected);
        rest.Log.Should().Equal(savedAt == "end" ? ["start 2", "end 2 scored"] : ["end 1 scored", "start 2", "end 2 scored"]);
    }

    [Fact]
    public void A_hook_that_is_canceled_leaves_no_trace_in_the_state()
    {
        using var strategy = new Scripted
        {
            EpochStart = (self, epoch) =>
            {
                self.State["count"] = epoch.Epoch + 1;
                if (epoch.Epoch == 1)
                {
                    throw new OperationCanceledException();
                }
            },
        };
        double? saved = null;
        var watch = new Hooks { Interrupted = () => saved = strategy.State["count"] };

        FluentActions.Invoking(() => Fit(strategy, Toy.Options(2) with { Callbacks = [watch] }))
            .Should().Throw<OperationCanceledException>();

        saved.Should().Be(1);
    }

    [Fact]
    public void Resetting_the_optimizer_forgets_momentum_and_outlives_the_scopes_of_the_hook()
    {
        using var strategy = new Scripted
        {
            EpochStart = (_, epoch) =>
            {
                using var scope = NewDisposeScope();
                if (epoch.Epoch == 1)
                {
                    epoch.ResetOptimizer();
                }
            },
        };
        using var other = new Scripted();

        var reset = Fit(strategy, Toy.Options(2) with { Callbacks = [new Saving("end 1", Checkpoint).Hooks] });

        // The second epoch of the reset run is the first one of a run that begins with the weights in between.
        reset.Should().NotBeEquivalentTo(Fit(other, Toy.Options(2)));
        File.Exists(Checkpoint).Should().BeTrue("momentum that a scope had freed could not be saved");
    }

    [Fact]
    public void A_reset_optimizer_steps_like_a_new_one()
    {
        Tensor? between = null, after = null;
        using var model = Toy.Model();
        using var strategy = new Scripted { EpochStart = (_, epoch) => { if (epoch.Epoch == 1) { epoch.ResetOptimizer(); } } };
        var head = model.SharedParameters().Last();
        var watch = new Hooks
        {
            EpochStart = epoch => { if (epoch == 1) { between = head.detach().clone(); } },
            Step = (step, _) =>
            {
                if (step.Epoch == 1 && after is null)
                {
                    after = (head.detach() + (0.02 * head.grad!)).DetachFromDisposeScope();
                }
            },
        };

        new Trainer(model, Toy.Task, strategy, Toy.Options(2) with { Callbacks = [watch] }).Fit(Toy.Data().InOrder(16));

        // With momentum forgotten, the step is the gradient alone.
        (after! - between!).abs().max().item<float>().Should().BeLessThan(1e-7f);
    }

    [Fact]
    public void Turns_move_the_parameters_once_each_and_count_as_one_step()
    {
        using var strategy = new Scripted { Turns = 3 };
        List<(long Step, int Turn, long Done)> seen = [];
        TrainingRun? run = null;
        var watch = new Hooks { FitStart = r => run = r, Step = (step, _) => seen.Add((step.Index, step.Turn, run!.Step)) };

        var result = Fit(strategy, Toy.Options(1) with { Callbacks = [watch] }, out var epochs);

        seen.Take(4).Should().Equal((0, 0, 0), (0, 1, 0), (0, 2, 1), (1, 0, 1));
        seen.Count.Should().Be(18);
        epochs[0].Passes.Should().Be(new EncoderPasses(36, 36));
        result.Should().NotBeEmpty();
    }

    [Fact]
    public void A_turn_without_anything_to_learn_moves_nothing()
    {
        using var strategy = new Scripted { Turns = 2, Skips = step => step.Turn == 0 };
        int told = 0;

        Fit(strategy, Toy.Options(1) with { Callbacks = [new Hooks { Step = (step, _) => told += step.Turn }] }, out var epochs);

        told.Should().Be(6);
        epochs[0].SkippedSteps.Should().Be(0);
    }

    [Fact]
    public void A_checkpoint_asked_for_in_a_turn_is_written_once_all_callbacks_saw_the_last_turn()
    {
        using var strategy = new Scripted { Turns = 2 };
        TrainingRun? run = null;
        List<int> turns = [];
        bool early = false;
        var saving = new Hooks
        {
            FitStart = r => run = r,
            Step = (step, _) =>
            {
                early |= File.Exists(Checkpoint) && step.Index == 0;
                if (step is { Index: 0, Turn: 0 })
                {
                    run!.Save(Checkpoint);
                }
            },
        };
        var last = new Hooks { Step = (step, _) => { early |= File.Exists(Checkpoint) && step.Index == 0; turns.Add(step.Turn); } };

        Fit(strategy, Toy.Options(1) with { Callbacks = [saving, last] });

        early.Should().BeFalse();
        File.Exists(Checkpoint).Should().BeTrue();
    }

    [Fact]
    public void A_step_that_is_canceled_within_can_be_saved()
    {
        using var strategy = new Scripted
        {
            Skips = step => step.Index == 2 ? throw new OperationCanceledException() : false,
        };
        TrainingRun? run = null;
        var saving = new Hooks { FitStart = r => run = r, Interrupted = () => run!.Save(Checkpoint) };

        FluentActions.Invoking(() => Fit(strategy, Toy.Options(1) with { Callbacks = [saving] }))
            .Should().Throw<OperationCanceledException>();

        File.Exists(Checkpoint).Should().BeTrue();
    }

    [Fact]
    public void A_run_that_has_ended_cannot_be_saved()
    {
        using var strategy = new Scripted();
        TrainingRun? run = null;

        Fit(strategy, Toy.Options(1) with { Callbacks = [new Hooks { FitStart = r => run = r }] });

        FluentActions.Invoking(() => run!.Save(Checkpoint)).Should().Throw<InvalidOperationException>()
            .WithMessage("A run must be in progress to be saved, but has ended*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Less_than_one_turn_is_refused(int turns)
    {
        using var strategy = new Scripted { Turns = turns };

        FluentActions.Invoking(() => Fit(strategy, Toy.Options(1))).Should().Throw<ArgumentException>()
            .WithMessage($"Scripted.TurnsPerBatch must be at least 1, but is {turns}.");
    }

    [Fact]
    public void A_scaled_rate_scales_the_update_and_leaves_the_optimizer_as_it_was()
    {
        using var full = new Scripted { Requires = StrategyRequirements.ParameterGroups };
        using var half = new Scripted { Requires = StrategyRequirements.ParameterGroups, Scale = m => m == 0 ? 0.5 : 1 };
        using var none = new Scripted { Requires = StrategyRequirements.ParameterGroups, Scale = m => m == 0 ? 0 : 1 };

        double whole = FirstUpdate(full), halved = FirstUpdate(half), stopped = FirstUpdate(none);

        halved.Should().BeApproximately(whole / 2, 1e-5 * whole, "weights round at 3e-8");
        stopped.Should().Be(0);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.5)]
    [InlineData(double.PositiveInfinity)]
    public void A_factor_that_is_no_rate_is_refused(double scale)
    {
        using var strategy = new Scripted
        {
            Requires = StrategyRequirements.ParameterGroups,
            Scale = m => m == 1 ? scale : 1,
        };

        FluentActions.Invoking(() => FirstUpdate(strategy)).Should().Throw<InvalidOperationException>()
            .WithMessage("Scripted.LearningRateScale must return finite factors of at least 0, but returned * for 'm1'.");
    }

    [Fact]
    public void Groups_may_hold_an_encoder_with_its_head_or_nothing()
    {
        using var strategy = new Scripted { Requires = StrategyRequirements.ParameterGroups };
        var asked = new HashSet<int?>();
        strategy.Scale = m => { asked.Add(m); return 1; };

        Fit(strategy, Toy.Options(1) with
        {
            Optimizer = model => SGD(
                [
                    new SGD.ParamGroup(model.EncoderParameters(0).Concat(model.HeadParameters(0))),
                    new SGD.ParamGroup(model.EncoderParameters(1)),
                    new SGD.ParamGroup(model.HeadParameters(1)),
                    new SGD.ParamGroup([]),
                ],
                0.02),
        });

        asked.Should().BeEquivalentTo(new int?[] { 0, 1, null });
    }

    [Theory]
    [InlineData(false, "one group holds parameters of 'm0' and of 'm1'.")]
    [InlineData(true, "one group holds parameters of 'm0' and shared ones.")]
    public void Groups_that_mix_modalities_are_refused(bool withHeads, string found)
    {
        using var strategy = new Scripted { Requires = StrategyRequirements.ParameterGroups };

        FluentActions.Invoking(() => Fit(strategy, Toy.Options(1) with
        {
            Optimizer = model => withHeads
                ? SGD([new SGD.ParamGroup(model.EncoderParameters(0).Concat(model.HeadParameters(1)))], 0.02)
                : SGD(model.Root.parameters(), 0.02),
        })).Should().Throw<ArgumentException>().WithMessage($"Optimizer must keep every encoder in *{found}");
    }

    [Fact]
    public void Early_stopping_watches_the_score_that_chooses_the_best_epoch()
    {
        using var strategy = new Scripted();

        Fit(strategy, Toy.Options(9) with
        {
            BestEpochScore = _ => -1, // never rises
            Callbacks = [new EarlyStopping(patience: 2)],
        }, out var epochs);

        epochs.Should().HaveCount(3);
    }

    [Fact]
    public void A_strategy_warns_of_its_settings_before_training()
    {
        using var model = Toy.Model();
        var options = Toy.Options(1) with { Teachers = new ToyTeachers(2) };

        new Trainer(model, Toy.Task, new G2D(), options).Warnings.Should().ContainSingle()
            .Which.Should().Match("G2D has no prioritized phase*");
        new Trainer(model, Toy.Task, new JointTraining(), options).Warnings.Should().BeEmpty();
    }

    [Fact]
    public void A_strategy_that_begins_anew_can_have_the_best_epoch_forgotten()
    {
        using var strategy = new Scripted { EpochStart = (_, epoch) => { if (epoch.Epoch == 2) { epoch.ForgetBest(); } } };
        using var model = Toy.Model();

        var result = new Trainer(model, Toy.Task, strategy, Toy.Options(4) with { BestEpochScore = scores => scores.Loss })
            .Fit(Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));

        // The loss falls, so that the first epoch has the highest.
        result.BestEpoch.Should().Be(2);
    }

    private static double FirstUpdate(Scripted strategy)
    {
        using var model = Toy.Model();
        var weight = model.Encoder(0).parameters().First();
        using var before = weight.detach().clone();
        double update = double.NaN;
        var watch = new Hooks
        {
            Step = (step, _) =>
            {
                if (step.Index == 0)
                {
                    update = (weight.detach() - before).norm().item<float>();
                }
            },
        };
        var options = Toy.Options(1) with
        {
            Optimizer = made => Adam(
                [
                    new Adam.ParamGroup(made.EncoderParameters(0)),
                    new Adam.ParamGroup(made.EncoderParameters(1)),
                    new Adam.ParamGroup(made.SharedParameters()),
                ],
                0.01),
            Callbacks = [watch],
        };
        new Trainer(model, Toy.Task, strategy, options).Fit(Toy.Data().InOrder(16));
        return update;
    }

    private static Dictionary<string, string> Fit(Scripted strategy, TrainerOptions options) => Fit(strategy, options, out _);

    private static Dictionary<string, string> Fit(
        Scripted strategy, TrainerOptions options, out IReadOnlyList<EpochSummary> epochs)
    {
        using var model = Toy.Model(dropout: true);
        epochs = new Trainer(model, Toy.Task, strategy, options).Fit(Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32)).Epochs;
        return Toy.State(model);
    }

    /// <summary>Saves the run at one of its places.</summary>
    private sealed class Saving(string where, string path)
    {
        private TrainingRun? _run;

        public Hooks Hooks => new()
        {
            FitStart = run => _run = run,
            EpochStart = epoch => Save($"start {epoch}"),
            Step = (step, _) => Save(step.Index % 6 == 2 ? $"step {step.Epoch}" : ""),
            EpochEnd = summary => Save($"end {summary.Epoch}"),
        };

        private void Save(string at)
        {
            if (at == where)
            {
                _run!.Save(path);
            }
        }
    }

    /// <summary>Joint training with hooks made of functions.</summary>
    private sealed class Scripted : GradientStrategy
    {
        public List<string> Log { get; } = [];

        public int Turns { get; init; } = 1;

        public bool DrawsNoise { get; init; }

        public Func<TrainingStep, bool> Skips { get; init; } = _ => false;

        public Action<Scripted, EpochContext> EpochStart { get; init; } = (_, _) => { };

        public Func<int?, double> Scale { get; set; } = _ => 1;

        public StrategyRequirements Requires { get; init; }

        public override StrategyRequirements Requirements => Requires;

        public override int TurnsPerBatch(int modalityCount) => Turns;

        public override double LearningRateScale(int? modality) => Scale(modality);

        public override void OnEpochStart(EpochContext epoch)
        {
            Log.Add($"start {epoch.Epoch}");
            EpochStart(this, epoch);
            if (DrawsNoise)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                State.GetOrAdd("noise", () => zeros(1)).add_(randn(1));
            }
        }

        public override void OnEpochEnd(EpochContext epoch, EvaluationResult? validation) =>
            Log.Add($"end {epoch.Epoch} {(validation is null ? "unscored" : "scored")}");

        public override StepReport ComputeGradients(TrainingStep step)
        {
            if (Skips(step))
            {
                return StepReport.Skipped;
            }

            step.Encode();
            var loss = step.TaskLoss();
            step.Backward(DrawsNoise ? loss * (1 + (0.1 * State.GetOrAdd("noise", () => zeros(1)).sum())) : loss);
            return new StepReport(loss, loss);
        }
    }
}
