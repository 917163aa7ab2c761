using System.Text.Json;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

/// <summary>MSES and MSLR: what they decide after an epoch, and what it does to training.</summary>
public sealed class ModalityRateTests : IDisposable
{
    private static readonly JsonElement File = BaselineFile.Read("modality_rates.json");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Stops => File.Cases("mses");

    public static TheoryData<int> Rates => File.Cases("mslr");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Stops))]
    public void MSES_decides_as_the_equations_say(int index)
    {
        var golden = File.At("mses", index);
        using var strategy = new MSES(new MSESOptions
        {
            Patience = golden.GetProperty("patience").GetInt32(),
            Smoothing = golden.Number("smoothing"),
        });
        int modalities = golden.GetProperty("validation_losses")[0].GetArrayLength();
        bool[] learns = [.. Enumerable.Repeat(true, modalities)];
        foreach (var (e, expected) in golden.GetProperty("epochs").EnumerateArray().Index())
        {
            for (int m = 0; m < modalities; m++)
            {
                var decision = strategy.Decide(m, e, golden.GetProperty("validation_losses")[e][m].Number());

                learns[m] &= decision != MSES.Decision.Stops;
                bool stopsNow = expected.GetProperty("stops_now").EnumerateArray().Any(stopped => stopped.GetInt32() == m);
                (decision == MSES.Decision.Stops).Should().Be(stopsNow, $"modality {m} in epoch {e}");
                strategy.State[$"best_epoch_{m}"].Should().Be(expected.GetProperty("best_epoch")[m].Number());
                learns[m].Should().Be(expected.GetProperty("learns")[m].GetBoolean());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rates))]
    public void MSLR_follows_the_scores_as_the_equations_say(int index)
    {
        var golden = File.At("mslr", index);
        double[] initial = golden.Numbers("initial");
        using var strategy = new MSLR(new MSLROptions
        {
            Factors = initial,
            Dynamic = true,
            Memory = golden.GetProperty("memory").GetInt32(),
        });
        foreach (var (e, expected) in golden.GetProperty("epochs").EnumerateArray().Index())
        {
            Factors().ShouldBe(expected.GetProperty("factors"), $"in epoch {e}");
            for (int m = 0; m < initial.Length; m++)
            {
                strategy.Follow(m, expected.GetProperty("scores")[m].Number());
            }

            Factors().ShouldBe(expected.GetProperty("next_factors"), $"after epoch {e}");
        }

        double[] Factors() => [.. initial.Select((_, m) => strategy.LearningRateScale(m))];
    }

    [Fact]
    public void A_modality_that_stops_takes_back_its_best_weights_and_keeps_them_under_Adam()
    {
        using var model = Normalized();
        using var strategy = new MSES(new MSESOptions { Patience = 1 });
        List<string> first = [], second = [];
        var watch = new Hooks
        {
            EpochEnd = _ =>
            {
                first.Add(Part(model, 0));
                second.Add(Part(model, 1));
            },
        };
        var scripted = new Script(strategy, [[1, 1], [2, 0.9], [3, 0.8], [0, 0.7], [0, 0.6]]);

        new Trainer(model, Toy.Task, scripted, Adam(5) with { Callbacks = [watch], RestoreBestWeights = false })
            .Fit(Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));

        first[2].Should().Be(first[0], "it takes back the weights of epoch 0 after epoch 2");
        first[4].Should().Be(first[0]);
        first[1].Should().NotBe(first[0]);
        second.Distinct().Should().HaveCount(5, "the other modality learns on");
    }

    [Fact]
    public void A_run_ends_when_all_modalities_have_stopped()
    {
        using var model = Toy.Model();
        using var strategy = new MSES(new MSESOptions { Patience = 0 });
        var scripted = new Script(strategy, [[1, 1], [2, 0.5], [3, 0.6], [0, 0]]);

        var result = new Trainer(model, Toy.Task, scripted, Toy.Options(9)).Fit(
            Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));

        result.Epochs.Should().HaveCount(3);
        result.StopReason.Should().Be("No modality's validation loss has fallen within 0 epochs.");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void MSES_is_resumed_before_and_after_a_stop_bit_for_bit(int epoch)
    {
        string path = Path.Combine(_folder.Path, "run.checkpoint");
        double[][] losses = [[1, 1], [2, 0.9], [3, 0.8], [0, 0.7], [0, 0.6]];

        var whole = Fit(Adam(5), epoch);
        var resumed = Fit(Adam(5) with { ResumeFrom = path }, null);

        resumed.Should().BeEquivalentTo(whole);

        Dictionary<string, string> Fit(TrainerOptions options, int? save)
        {
            using var model = Normalized();
            using var strategy = new MSES(new MSESOptions { Patience = 1 });
            TrainingRun? run = null;
            var saving = new Hooks
            {
                FitStart = started => run = started,
                EpochEnd = summary => { if (summary.Epoch == save) { run!.Save(path); } },
            };
            new Trainer(model, Toy.Task, new Script(strategy, losses), options with { Callbacks = [saving] })
                .Fit(Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));
            return Toy.State(model);
        }
    }

    [Fact]
    public void Equal_factors_are_joint_training_and_half_a_factor_halves_the_step()
    {
        Update([1, 1]).Should().Equal(Update(null));
        Update([0.5, 1]).Zip(Update(null)).Should().OnlyContain(
            pair => Math.Abs(pair.First - (0.5 * pair.Second)) < 1e-7, "weights round at 3e-8");
    }

    [Fact]
    public void Both_need_validation_data_and_heads()
    {
        using var model = Toy.Model();
        using var dynamic = new MSLR(new MSLROptions { Factors = [1, 1], Dynamic = true });
        using var stopping = new MSES(new MSESOptions { Patience = 1 });

        foreach (var strategy in new IGradientStrategy[] { dynamic, stopping })
        {
            FluentActions.Invoking(() => new Trainer(model, Toy.Task, strategy, Grouped(1)).Fit(Toy.Data().InOrder(16)))
                .Should().Throw<ArgumentException>().WithMessage($"validation must be given, because {strategy.Name} needs*");
        }

        dynamic.Validate(new TrainingPlan(model, new RegressionTask(), 1, null)).Should().ContainSingle()
            .Which.Should().Match("MSLR's Dynamic needs a score above 0*");
        new MSLR(new MSLROptions { Factors = [1] }).Validate(new TrainingPlan(model, Toy.Task, 1, null)).Should()
            .ContainSingle().Which.Should().Be("MSLR's Factors must hold one factor per modality, 2, but hold 1.");
        FluentActions.Invoking(() => new MSLR(new MSLROptions { Factors = [1, 0] })).Should().Throw<ArgumentException>()
            .WithMessage("Factors[1] must be finite and above 0, but is 0.*");
        FluentActions.Invoking(() => new MSES(new MSESOptions { Patience = -1 })).Should().Throw<ArgumentException>();
    }

    /// <summary>How the first step moves the first encoder.</summary>
    private static double[] Update(double[]? factors)
    {
        using var model = Toy.Model();
        var weight = model.Encoder(0).parameters().First();
        double[] before = Values(weight), after = [];
        var watch = new Hooks { Step = (step, _) => after = step.Index == 0 ? Values(weight) : after };
        IGradientStrategy strategy = factors is null
            ? new JointTraining() : new MSLR(new MSLROptions { Factors = factors });
        new Trainer(model, Toy.Task, strategy, Grouped(1) with { Callbacks = [watch] }).Fit(Toy.Data().InOrder(16));
        return [.. after.Zip(before, (late, early) => late - early)];

        static double[] Values(Parameter weight) => [.. weight.data<float>().ToArray().Select(value => (double)value)];
    }

    private static TrainerOptions Grouped(int epochs) => Toy.Options(epochs) with
    {
        Optimizer = model => optim.Adam(
            [
                new Adam.ParamGroup(model.EncoderParameters(0).Concat(model.HeadParameters(0))),
                new Adam.ParamGroup(model.EncoderParameters(1).Concat(model.HeadParameters(1))),
            ],
            0.01),
    };

    private static TrainerOptions Adam(int epochs) => Toy.Options(epochs) with
    {
        Optimizer = model => optim.AdamW(model.Root.parameters(), 0.01, weight_decay: 0.1),
    };

    private static MultimodalModel Normalized()
    {
        random.manual_seed(2);
        return new MultimodalModel(
            [
                new ModalityEncoder("a", nn.Sequential(nn.Linear(Toy.Inputs, 5), nn.BatchNorm1d(5))),
                new ModalityEncoder("b", new Mlp(Toy.Inputs + 1, 5)),
            ],
            new LateFusion([5, 5], Toy.Classes));
    }

    private static string Part(MultimodalModel model, int modality) => string.Join(' ', model.Encoder(modality).state_dict().Values
        .Concat(model.HeadParameters(modality)).Select(value => Convert.ToHexString(value.detach().bytes)));

    /// <summary>A strategy that is told other validation losses of the heads than were measured.</summary>
    private sealed class Script(MSES inner, double[][] losses) : IGradientStrategy
    {
        public string Name => inner.Name;

        public string Description => inner.Description;

        public StrategyRequirements Requirements => inner.Requirements;

        public StateDict State => inner.State;

        public StepReport ComputeGradients(TrainingStep step) => inner.ComputeGradients(step);

        public int TurnsPerBatch(int modalityCount) => 1;

        public double LearningRateScale(int? modality) => 1;

        public void OnEpochStart(EpochContext epoch)
        {
        }

        public void OnEpochEnd(EpochContext epoch, EvaluationResult? validation) => inner.OnEpochEnd(epoch, validation! with
        {
            Unimodal = [.. validation.Unimodal!.Select((scores, m) => scores with { Loss = losses[epoch.Epoch][m] })],
        });

        public IEnumerable<string> Validate(TrainingPlan plan) => [];

        public IEnumerable<string> GetWarnings() => [];
    }
}
