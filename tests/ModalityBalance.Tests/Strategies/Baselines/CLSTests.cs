using System.Text.Json;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public sealed class CLSTests : IDisposable
{
    private static readonly JsonElement File = BaselineFile.Read("conditional_learning_speed.json");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Schedules => File.Cases("schedules");

    public static TheoryData<int> Runs => File.Cases("cases");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Windows_open_and_close_as_the_equations_say(int index)
    {
        using var scope = NewDisposeScope();
        using var state = new StateDict();
        var golden = File.At("schedules", index);
        int modalities = golden.GetProperty("modalities").GetInt32();
        var window = new RebalancingWindow(
            new CLSOptions { Tolerance = golden.Number("tolerance"), Window = golden.GetProperty("window").GetInt32() }, state);
        var (main, bypass) = (zeros(modalities, ScalarType.Float64), zeros(modalities, ScalarType.Float64));
        foreach (var step in golden.GetProperty("steps").EnumerateArray())
        {
            window.Rebalanced.Should().Be(Index(step.GetProperty("rebalancing")));
            if (step.TryGetProperty("speeds", out var expected))
            {
                main += step.Tensor("main_gradient") / step.Tensor("main_weight");
                bypass += step.Tensor("bypass_gradient") / step.Tensor("bypass_weight");
                double[] speeds = CLS.Speeds(main, bypass).data<double>().ToArray();
                speeds.ShouldBe(expected);
                if (step.GetProperty("epoch").GetInt32() >= golden.GetProperty("start_epoch").GetInt32())
                {
                    window.Decide(speeds);
                }
            }
            else
            {
                window.EndRebalancing();
            }

            window.Rebalanced.Should().Be(Index(step.GetProperty("next")));
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_takes_the_steps_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var golden = File.At("cases", index);
        using var model = new BaselineParameters(golden.GetProperty("start")).Network(golden.GetProperty("fusion").GetString()!);
        var task = new ClassificationTask(model.Fusion.Outputs);
        using var strategy = new CLS(new CLSOptions
        {
            Tolerance = golden.Number("tolerance"),
            Window = golden.GetProperty("window").GetInt32(),
            StartEpoch = golden.GetProperty("start_epoch").GetInt32(),
        });
        using var optimizer = optim.SGD(model.parameters(), golden.Number("learning_rate"));
        var batches = golden.GetProperty("batches").EnumerateArray().Select(batch => batch.Batch()).ToArray();
        foreach (var (i, expected) in golden.GetProperty("steps").EnumerateArray().Index())
        {
            var step = new TrainingStep(model, task, batches[i % batches.Length], expected.GetProperty("epoch").GetInt32(), i);

            var report = strategy.ComputeGradients(step);

            var rebalancing = Index(expected.GetProperty("rebalancing"));
            report.Loss.ShouldBe(expected.Number("loss"));
            report["rebalancing"][0].Should().Be(rebalancing ?? -1, $"step {i}");
            step.Passes.Should().Be(rebalancing is null
                ? new EncoderPasses(model.Modalities.Count, model.Modalities.Count) : new EncoderPasses(1, 1));
            new BaselineParameters(expected.GetProperty("gradients")).ShouldBeGradientsOf(model);
            if (expected.TryGetProperty("speeds", out var speeds))
            {
                report["speed"].ShouldBe(speeds);
                foreach (var (m, mean) in expected.GetProperty("means").EnumerateArray().Index())
                {
                    strategy.State.GetOrAdd($"mean_{m}", () => zeros(0)).data<double>().ToArray().ShouldBe(mean);
                }
            }

            optimizer.step();
        }

        new BaselineParameters(golden.GetProperty("final")).ShouldBeParametersOf(model);
    }

    [Fact]
    public void The_other_encoder_stays_where_it_is_in_a_window()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        using var strategy = new CLS(new CLSOptions { StartEpoch = 0, Tolerance = 0, Window = 1 });
        using var optimizer = optim.AdamW(model.parameters(), 0.1, weight_decay: 0.1);
        ToyStep.Run(strategy, model, ToyStep.Batch());
        optimizer.step();
        string[] before = [.. Enumerable.Range(0, 2).Select(Weights)];

        int alone = (int)ToyStep.Run(strategy, model, ToyStep.Batch())["rebalancing"][0];
        optimizer.step();

        alone.Should().BeOneOf(0, 1);
        Weights(1 - alone).Should().Be(before[1 - alone]);
        Weights(alone).Should().NotBe(before[alone]);

        string Weights(int m) => string.Join(' ', model.Encoder(m).parameters().SelectMany(p => p.data<double>().ToArray()));
    }

    [Fact]
    public void A_window_waits_for_a_batch_that_has_its_modality()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        using var strategy = new CLS(new CLSOptions { StartEpoch = 0, Tolerance = 0, Window = 1 });
        ToyStep.Run(strategy, model, ToyStep.Batch());
        strategy.State["rebalanced"] = 0;

        var waiting = ToyStep.Run(strategy, model, ToyStep.WithFirstIn(ToyStep.Batch(), 0));
        var done = ToyStep.Run(strategy, model, ToyStep.WithFirstIn(ToyStep.Batch(), 4));

        waiting["rebalancing"][0].Should().Be(-1);
        done["rebalancing"][0].Should().Be(0);
    }

    [Fact]
    public void A_run_is_resumed_in_the_middle_of_a_window_bit_for_bit()
    {
        string path = Path.Combine(_folder.Path, "run.checkpoint");
        var whole = Fit(Toy.Options(4), path);
        var resumed = Fit(Toy.Options(4) with { ResumeFrom = path }, null);

        resumed.Should().BeEquivalentTo(whole);

        static Dictionary<string, string> Fit(TrainerOptions options, string? save)
        {
            using var model = Toy.Model();
            using var strategy = new CLS(new CLSOptions { Tolerance = 0, Window = 20 });
            TrainingRun? run = null;
            var saving = new Hooks
            {
                FitStart = started => run = started,
                Step = (step, report) =>
                {
                    if (step.Index == 8 && save is not null)
                    {
                        report["rebalancing"][0].Should().BeGreaterThanOrEqualTo(0);
                        run!.Save(save);
                    }
                },
            };
            new Trainer(model, Toy.Task, strategy, options with { Callbacks = [saving] }).Fit(Toy.Data().InOrder(16));
            return Toy.State(model);
        }
    }

    [Fact]
    public void Chance_chooses_every_kind_of_step()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        using var strategy = new CLS(new CLSOptions { StartEpoch = 0, Guidance = CLSGuidance.Random });
        var batch = ToyStep.Batch();
        random.manual_seed(1);

        double[] chosen = [.. Enumerable.Range(0, 60).Select(_ => Step()["rebalancing"][0])];

        // The chance that one of three kinds does not occur in 60 draws is 8e-11.
        chosen.Distinct().Should().BeEquivalentTo([-1.0, 0, 1]);

        StepReport Step() => strategy.ComputeGradients(new TrainingStep(model, Toy.Task, batch));
    }

    [Fact]
    public void Representations_that_change_shape_are_refused_with_both_shapes()
    {
        using var scope = NewDisposeScope();
        using var state = new CLS();
        using var model = ToyStep.Model();
        ToyStep.Run(state, model, ToyStep.Batch());
        state.State.Dispose();
        state.State.GetOrAdd("mean_0", () => zeros(1, 4, ScalarType.Float64));

        state.Invoking(s => ToyStep.Run(s, model, ToyStep.Batch())).Should().Throw<InvalidOperationException>()
            .WithMessage("CLS needs representations of one shape*[8, 5]*[1, 4].");
    }

    [Fact]
    public void More_than_two_modalities_are_refused_unless_asked_for()
    {
        using var model = Toy.Model(3);
        var plan = new TrainingPlan(model, Toy.Task, 1, null);

        new CLS().Validate(plan).Should().ContainSingle().Which.Should().Match("CLS is defined for two modalities*has 3*");
        new CLS(new CLSOptions { ManyModalities = true }).Validate(plan).Should().BeEmpty();
    }

    private static int? Index(JsonElement element) => element.ValueKind == JsonValueKind.Null ? null : element.GetInt32();
}
