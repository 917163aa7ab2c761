using System.Text.Json;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

/// <summary>MLA, ReconBoost, DI-MML and DLMG, and the fusions with which they predict.</summary>
public sealed class AlternatingTests : IDisposable
{
    private static readonly JsonElement Projections = BaselineFile.Read("mla.json");
    private static readonly JsonElement Boosting = BaselineFile.Read("reconboost.json");
    private static readonly JsonElement Detached = BaselineFile.Read("dimml.json");
    private static readonly JsonElement Gap = BaselineFile.Read("dlmg.json");
    private static readonly JsonElement Steps = BaselineFile.Read("baselines_step.json");

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int> Traces => Projections.Cases("traces");

    public static TheoryData<int> Votes => Projections.Cases("tests");

    public static TheoryData<int> Boosts => Boosting.Cases("cases");

    public static TheoryData<int> Dimensions => Detached.Cases("dimensions");

    public static TheoryData<int> Contrasts => Detached.Cases("losses");

    public static TheoryData<int> Certainties => Detached.Cases("tests");

    public static TheoryData<int> Gaps => Gap.Cases("cases");

    public static TheoryData<int> Networks => Steps.Cases("cases");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Traces))]
    public void MLA_projects_the_shared_heads_gradient_as_the_equations_say(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Projections.At("traces", index);
        var options = new MLAOptions
        {
            Memory = golden.GetProperty("memory").GetString() == "previous" ? MLAMemory.Previous : MLAMemory.Current,
            Projection = golden.GetProperty("normalise").GetBoolean() ? MLAProjection.RecursiveNormalized : MLAProjection.Recursive,
        };
        using var strategy = new MLA(options);
        foreach (var turn in golden.GetProperty("turns").EnumerateArray())
        {
            var projected = strategy.Project(
                turn.Tensor("gradient"), turn.Tensor("features").mean([0L]), turn.Number("alpha"));

            projected.flatten().data<double>().ToArray().ShouldBe(turn.GetProperty("projected_gradient"));
            strategy.State.GetOrAdd("projection", () => zeros(0)).flatten().data<double>().ToArray()
                .ShouldBe(turn.GetProperty("projection"));
        }
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void MLA_takes_its_turns_as_the_equations_say(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Steps.At("cases", index);
        var details = Details(index, "mla");
        using var model = new BaselineParameters(golden.GetProperty("parameters")).Network(
            "", widths => new VotingFusion(widths, Outputs(golden), VoteWeighting.Entropy));
        using var strategy = new MLA();
        long width = model.Fusion.Widths[0];
        strategy.State.GetOrAdd("projection", () => eye(width, dtype: ScalarType.Float64));
        strategy.State.GetOrAdd("previous_mean", () => details.Tensor("mean_feature_before"));
        strategy.State.GetOrAdd("turns", () => tensor(1.0));
        using var optimizer = optim.SGD(model.parameters(), details.Number("rate"));
        foreach (var turn in details.GetProperty("turns").EnumerateArray())
        {
            int m = turn.GetProperty("modality").GetInt32();
            var step = new TrainingStep(model, new ClassificationTask(Outputs(golden)), golden.Batch()) { Turn = m };

            var report = strategy.ComputeGradients(step);

            report.Loss.ShouldBe(turn.Number("loss"));
            var head = (Linear)model.SharedHead!;
            head.weight!.grad!.t().flatten().data<double>().ToArray().ShouldBe(turn.GetProperty("projected_gradient_S"));
            head.bias!.grad!.data<double>().ToArray().ShouldBe(turn.GetProperty("gradient_s"));
            step.Passes.Should().Be(new EncoderPasses(1, 1));
            model.Encoder(m).parameters().First().grad!.t().flatten().data<double>().ToArray().ShouldBe(turn.GetProperty("gradient_W"));
            model.Encoder((m + 1) % model.Modalities.Count).parameters().Count(parameter => parameter.grad is not null).Should().Be(0);
            optimizer.step();
        }

        new BaselineParameters(details.GetProperty("final")).ShouldBeParametersOf(model);
    }

    [Fact]
    public void The_projection_stays_symmetric_and_inverts_the_sum_of_what_it_took_in()
    {
        using var scope = NewDisposeScope();
        using var strategy = new MLA();
        random.manual_seed(1);
        var inverse = eye(4, dtype: ScalarType.Float64);
        Tensor? previous = null;
        for (int turn = 0; turn < 12; turn++)
        {
            var mean = randn(4, dtype: ScalarType.Float64);
            strategy.Project(ones(3, 4, ScalarType.Float64), mean, alpha: 0.5);
            inverse += previous is null ? zeros_like(inverse) : previous.outer(previous) / 0.5;
            previous = mean;
        }

        var projection = strategy.State.GetOrAdd("projection", () => zeros(0));

        (projection - projection.t()).abs().max().item<double>().Should().BeLessThan(1e-14);
        (projection.matmul(inverse) - eye(4)).abs().max().item<double>().Should().BeLessThan(1e-12);
    }

    [Fact]
    public void A_turn_without_samples_is_skipped_and_leaves_the_projection()
    {
        using var scope = NewDisposeScope();
        using var model = Voting(VoteWeighting.Entropy);
        using var strategy = new MLA();
        var batch = ToyStep.WithFirstIn(ToyStep.Batch(), 0);

        strategy.ComputeGradients(new TrainingStep(model, Toy.Task, batch) { Turn = 0 }).IsSkipped.Should().BeTrue();
        strategy.State.Names.Should().BeEmpty();
        strategy.ComputeGradients(new TrainingStep(model, Toy.Task, batch) { Turn = 1 }).IsSkipped.Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Votes))]
    public void Entropy_weighs_votes_as_the_equations_say(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Projections.At("tests", index);
        var logits = golden.Tensor("logits"); // [M, classes]: the head is the identity

        var fused = Identity(VoteWeighting.Entropy, logits).Fuse(Rows(logits), Present(golden, (int)logits.shape[0]));

        fused.flatten().data<double>().ToArray().ShouldBe(golden.GetProperty("fused"));
    }

    [Fact]
    public void Votes_of_equal_entropy_weigh_alike_and_large_logits_are_finite()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 1000.0, 0, 0 }, { 0, 1000, 0 } });

        var entropy = Identity(VoteWeighting.Entropy, logits).Fuse(Rows(logits), null);
        var sum = Identity(VoteWeighting.Sum, logits).Fuse(Rows(logits), null);
        var none = Identity(VoteWeighting.Entropy, logits).Fuse(Rows(logits), zeros(1, 2, ScalarType.Bool));

        entropy.data<double>().Should().Equal(500, 500, 0);
        sum.data<double>().Should().Equal(1000, 1000, 0);
        none.data<double>().Should().Equal(0, 0, 0);
    }

    [Fact]
    public void A_vote_of_an_absent_modality_counts_for_nothing_whatever_it_is()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[,] { { 1.0, 2, 3 }, { 4, 5, 6 } });
        var broken = tensor(new[,] { { 1.0, 2, 3 }, { double.NaN, 5, 6 } });
        var present = tensor(new[] { true, false }).unsqueeze(0);
        foreach (var weighting in Enum.GetValues<VoteWeighting>())
        {
            Identity(weighting, logits).Fuse(Rows(broken), present).data<double>().Should().Equal(1, 2, 3);
        }

        var certainty = Certain(3, 2, 1);
        certainty.eval();
        var z = Rows(logits);
        certainty.Fuse(z, present).isfinite().all().item<bool>().Should().BeTrue();
        certainty.Fuse(Rows(broken), present).data<double>().ToArray()
            .Should().Equal(certainty.Fuse(z, present).data<double>().ToArray());
    }

    [Theory]
    [MemberData(nameof(Boosts))]
    public void ReconBoost_has_the_loss_and_gradient_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Boosting.At("cases", index);
        var logits = golden.Tensors("logits");
        int modalities = logits.Length;
        int learner = golden.GetProperty("learner").GetInt32();
        bool first = golden.GetProperty("first_stage").GetBoolean();
        var previous = golden.GetProperty("previous_learner");
        var options = new ReconBoostOptions
        {
            LearnerEpochs = 1,
            RectificationEpochs = 1,
            Reconcile = golden.Number("reconcile") / golden.Number("weight"),
            Consolidate = golden.Number("consolidate") / golden.Number("weight"),
            Target = golden.GetProperty("target").GetString() == "distribution"
                ? ReconcileTarget.Distribution : ReconcileTarget.TrueClass,
        };
        int stage = first ? learner : modalities + learner;
        if (first && learner > 0)
        {
            return; // the first stage is always that of the first modality
        }

        if (previous.ValueKind == JsonValueKind.Number)
        {
            previous.GetInt32().Should().Be((stage - 1) % modalities, "the learner before comes before in order");
        }

        var (model, batch) = Logits(logits, golden.Labels());
        using var strategy = new ReconBoost(options);

        var report = strategy.ComputeGradients(new TrainingStep(model, new ClassificationTask(logits[0].shape[1]), batch, 2 * stage));

        report.Loss.ShouldBe(golden.Number("loss") / golden.Number("weight"));
        Gradient(model, learner).ShouldBe(
            [.. golden.Numbers("gradient").Select(value => value / golden.Number("weight"))]);
        model.Encoder((learner + 1) % modalities).parameters().Single().grad.Should().BeNull();

        report = strategy.ComputeGradients(new TrainingStep(model, new ClassificationTask(logits[0].shape[1]), batch, (2 * stage) + 1));
        report.Loss.ShouldBe(golden.Number("rectification_loss"));
        Gradient(model, learner).ShouldBe(golden.Numbers("rectification_gradient"));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void ReconBoost_leaves_the_gradients_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Steps.At("cases", index);
        foreach (string name in new[] { "reconboost_distribution", "reconboost_true_class", "reconboost_rectification" })
        {
            using var model = new BaselineParameters(golden.GetProperty("parameters")).Network(
                "", widths => new VotingFusion(widths, Outputs(golden), VoteWeighting.Sum));
            var details = Details(index, name);
            bool rectifies = name.EndsWith("rectification", StringComparison.Ordinal);
            int learner = rectifies ? 0 : details.GetProperty("learner").GetInt32();
            using var strategy = new ReconBoost(rectifies
                ? new ReconBoostOptions { LearnerEpochs = 1, RectificationEpochs = 1 }
                : new ReconBoostOptions
                {
                    LearnerEpochs = 1,
                    RectificationEpochs = 1,
                    Reconcile = details.Number("reconcile") / details.Number("weight"),
                    Consolidate = details.Number("consolidate") / details.Number("weight"),
                    Target = name.EndsWith("class", StringComparison.Ordinal) ? ReconcileTarget.TrueClass : ReconcileTarget.Distribution,
                });

            // The second round, so that every learner has one before it.
            int epoch = (2 * (model.Modalities.Count + learner)) + (rectifies ? 1 : 0);
            var report = strategy.ComputeGradients(
                new TrainingStep(model, new ClassificationTask(Outputs(golden)), golden.Batch(), epoch));

            report.Loss.ShouldBe(details.Number("loss"));
            new BaselineParameters(golden.GetProperty("gradients").GetProperty(name)).ShouldBeGradientsOf(model);
        }
    }

    [Fact]
    public void ReconBoost_resets_the_optimizer_in_every_phase_and_boosts_in_turn()
    {
        using var model = Voting(VoteWeighting.Sum);
        _ = model.Root.to(ScalarType.Float32);
        using var strategy = new ReconBoost(new ReconBoostOptions { LearnerEpochs = 1, RectificationEpochs = 1 });
        List<double> learners = [];
        var watch = new Hooks { Step = (step, report) => { if (step.Index % 6 == 0) { learners.Add(report["learner"][0]); } } };

        var result = new Trainer(model, Toy.Task, strategy, Toy.Options(8) with { Callbacks = [watch] }).Fit(Toy.Data().InOrder(16));

        learners.Should().Equal(0, -1, 1, -1, 0, -1, 1, -1);
        result.Epochs[0].Passes.Should().Be(new EncoderPasses(12, 6));
    }

    [Theory]
    [MemberData(nameof(Dimensions))]
    public void DIMML_finds_the_effective_dimensions_by_counting(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Detached.At("dimensions", index);
        var features = golden.Tensors("features");
        long[] labels = golden.Labels();
        int classes = golden.GetProperty("classes").GetInt32();
        using var strategy = new DIMML(new DIMMLOptions { WarmUpEpochs = 1, EncoderEpochs = 2 });
        var (model, batch) = Logits(features, labels, classes);

        strategy.OnEpochStart(new EpochContext
        {
            Epoch = 1,
            Epochs = 3,
            Model = model,
            Task = new ClassificationTask(classes),
            TrainingData = ModalityBalance.Data.BatchSource.From([batch]),
        });

        bool[] effective = [.. Enumerable.Range(0, features.Length).SelectMany(m =>
            strategy.State.GetOrAdd($"effective_{m}", () => zeros(0)).data<bool>().ToArray())];
        effective.Should().Equal(golden.Numbers("effective").Select(value => value == 1));
    }

    [Theory]
    [MemberData(nameof(Contrasts))]
    public void DIMML_contrasts_as_the_equations_say(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Detached.At("losses", index);
        var features = golden.Tensors("features").Select(z => z.requires_grad_()).ToArray();
        var effective = golden.GetProperty("effective").EnumerateArray()
            .Select(row => tensor(row.EnumerateArray().Select(value => value.GetBoolean()).ToArray())).ToArray();
        var total = zeros([], ScalarType.Float64);
        foreach (var part in golden.GetProperty("parts").EnumerateArray())
        {
            var (learner, source) = (part.GetProperty("learner").GetInt32(), part.GetProperty("source").GetInt32());

            var loss = DIMML.Contrasts(features[learner], features[source].detach(), 0,
                effective[source].logical_and(effective[learner].logical_not()), golden.Number("temperature")).mean();

            loss.item<double>().ShouldBe(part.Number("loss"));
            total += loss;
        }

        total.backward();
        total.item<double>().ShouldBe(golden.Number("loss"));
        features.SelectMany(z => z.grad!.flatten().data<double>().ToArray()).ToArray().ShouldBe(golden.GetProperty("gradients"));
    }

    [Theory]
    [MemberData(nameof(Certainties))]
    public void Certainty_weighs_heads_and_fusion_as_the_equations_say(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Detached.At("tests", index);
        var logits = golden.Tensors("logits");
        int modalities = logits.Length - 1;
        long classes = logits[0].shape[1];

        // Features [modality's logits | fused logits / M]: heads read the first half, the inner sum the second.
        var fusion = Certain(2 * classes, modalities, golden.Number("temperature"), classes, (name, parameter) =>
        {
            parameter.zero_();
            if (name.EndsWith("weight", StringComparison.Ordinal) && parameter.shape[1] == 2 * classes)
            {
                parameter.narrow(1, name.Contains("inner", StringComparison.Ordinal) ? classes : 0, classes)
                    .copy_(eye(classes, dtype: ScalarType.Float64));
            }
        });
        fusion.eval();

        var fused = fusion.Fuse([.. logits.Take(modalities).Select(u => cat([u, logits[^1] / modalities], 1))], null);

        fused.flatten().data<double>().ToArray().ShouldBe(golden.GetProperty("fused"));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void DIMML_leaves_the_gradients_of_the_equations_in_both_stages(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Steps.At("cases", index);
        using var model = new BaselineParameters(golden.GetProperty("parameters")).Network("", widths =>
            new CertaintyFusion(new ConcatFusion(widths, Outputs(golden))));
        var details = Details(index, "dimml_first_stage");
        using var strategy = new DIMML(new DIMMLOptions
        {
            WarmUpEpochs = 0,
            EncoderEpochs = 1,
            Temperature = details.Number("temperature"),
        });
        foreach (var (m, row) in details.GetProperty("effective").EnumerateArray().Index())
        {
            strategy.State.GetOrAdd($"effective_{m}", () => tensor(row.EnumerateArray().Select(v => v.GetBoolean()).ToArray()));
        }

        var task = new ClassificationTask(Outputs(golden));
        var report = strategy.ComputeGradients(new TrainingStep(model, task, golden.Batch(), epoch: 0));

        report.Loss.ShouldBe(details.Number("loss"));
        new BaselineParameters(golden.GetProperty("gradients").GetProperty("dimml_first_stage")).ShouldBeGradientsOf(model);

        if (golden.GetProperty("gradients").TryGetProperty("dimml_second_stage", out var second))
        {
            strategy.ComputeGradients(new TrainingStep(model, task, golden.Batch(), epoch: 1));
            new BaselineParameters(second).ShouldBeGradientsOf(model);
        }
    }

    [Fact]
    public void DIMML_keeps_encoders_apart_and_then_freezes_them()
    {
        using var model = Certain();
        using var strategy = new DIMML(new DIMMLOptions { WarmUpEpochs = 1, EncoderEpochs = 2 });
        List<string> encoders = [];
        var watch = new Hooks { EpochEnd = _ => encoders.Add(Hash(model)) };

        var result = new Trainer(model, Toy.Task, strategy, Toy.Options(4) with { Callbacks = [watch] })
            .Fit(Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));

        encoders[3].Should().Be(encoders[1], "the fusion alone is trained in the second stage");
        encoders[1].Should().NotBe(encoders[0]);
        result.BestEpoch.Should().BeGreaterThanOrEqualTo(2, "the best epoch is one that trained the fusion");
        result.Epochs[1].Passes.Should().Be(new EncoderPasses(12 + (2 * 12), 12), "the training set is scanned twice");
        result.Epochs[2].Passes.Should().Be(new EncoderPasses(12, 0));

        static string Hash(MultimodalModel model) => string.Join(' ', Toy.State(model)
            .Where(entry => entry.Key.StartsWith("encoder", StringComparison.Ordinal)).Select(entry => entry.Value));
    }

    [Theory]
    [InlineData("mla")]
    [InlineData("reconboost")]
    [InlineData("dimml")]
    public void A_run_is_resumed_within_an_epoch_and_between_epochs_bit_for_bit(string method)
    {
        foreach (long at in new long[] { 8, 12, 16 })
        {
            string path = Path.Combine(_folder.Path, $"{method} {at}.checkpoint");
            var whole = Fit(Toy.Options(4) with { Seed = 3 }, path, at);
            var resumed = Fit(Toy.Options(4) with { Seed = 3, ResumeFrom = path }, null, at);

            resumed.Should().BeEquivalentTo(whole, $"saved after step {at}");
        }

        Dictionary<string, string> Fit(TrainerOptions options, string? save, long at)
        {
            using var model = method switch
            {
                "mla" => Voting(VoteWeighting.Entropy),
                "reconboost" => Voting(VoteWeighting.Sum),
                _ => Certain(),
            };
            _ = model.Root.to(ScalarType.Float32);
            using GradientStrategy strategy = method switch
            {
                "mla" => new MLA(),
                "reconboost" => new ReconBoost(new ReconBoostOptions { LearnerEpochs = 1, RectificationEpochs = 1 }),
                _ => new DIMML(new DIMMLOptions { WarmUpEpochs = 1, EncoderEpochs = 2 }),
            };
            TrainingRun? run = null;
            var saving = new Hooks
            {
                FitStart = started => run = started,
                Step = (_, _) => { if (run!.Step == at && save is not null) { run.Save(save); } },
            };
            new Trainer(model, Toy.Task, strategy, options with { Callbacks = [saving] })
                .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));
            return Toy.State(model);
        }
    }

    [Theory]
    [MemberData(nameof(Gaps))]
    public void DLMG_measures_the_gap_as_the_equations_say(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Gap.At("cases", index);
        var logits = golden.Tensors("logits").Select(u => u.requires_grad_()).ToArray();
        var logs = logits.Select(u => u.log_softmax(1)).ToArray();
        var pairs = (from m in Enumerable.Range(0, logs.Length)
                     from k in Enumerable.Range(m + 1, logs.Length - m - 1)
                     select DLMG.Distance(logs[m], logs[k]).mean()).ToArray();
        var loss = pairs.Aggregate((sum, term) => sum + term) / pairs.Length;
        loss.backward();

        loss.item<double>().ShouldBe(golden.Number("alignment_loss"));
        logits.SelectMany(u => u.grad!.flatten().data<double>().ToArray()).ToArray()
            .ShouldBe(golden.GetProperty("alignment_gradients"));
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void DLMG_leaves_the_gradients_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var golden = Steps.At("cases", index);
        var details = Details(index, "dlmg");
        using var model = new BaselineParameters(golden.GetProperty("parameters")).Network("late");
        using var strategy = new DLMG(new DLMGOptions { Alpha = details.Number("alpha") });

        var report = strategy.ComputeGradients(
            new TrainingStep(model, new ClassificationTask(Outputs(golden)), golden.Batch()));

        report.Loss.ShouldBe(details.Number("loss"));
        report.TaskLoss.ShouldBe(details.Number("classification_loss"));
        report["matching_loss"][0].ShouldBe(details.Number("alignment_loss"));
        new BaselineParameters(golden.GetProperty("gradients").GetProperty("dlmg")).ShouldBeGradientsOf(model);
    }

    [Fact]
    public void DLMG_moves_from_agreement_to_labels()
    {
        foreach (var row in Gap.GetProperty("heuristic").EnumerateArray())
        {
            new DLMGOptions().AlphaAt(row.GetProperty("epoch").GetInt32()).ShouldBe(row.Number("alpha"));
        }

        // Label weights that the published polynomial is known to give: 0.205, 0.44, 0.82, and above 1 near epoch 180.
        var fitted = new DLMGOptions { Schedule = DLMGSchedule.Fitted };
        fitted.AlphaAt(0).Should().BeApproximately(1 - 0.2046, 1e-4);
        fitted.AlphaAt(50).Should().BeApproximately(1 - 0.44, 0.005);
        fitted.AlphaAt(150).Should().BeApproximately(1 - 0.82, 0.005);
        fitted.AlphaAt(180).Should().Be(0);
        fitted.AlphaAt(500).Should().Be(fitted.AlphaAt(199));
    }

    [Fact]
    public void Networks_and_plans_that_do_not_fit_are_refused_all_at_once()
    {
        using var model = Toy.Model();
        var plan = new TrainingPlan(model, new RegressionTask(), 9, null);

        new MLA().Validate(plan).Should().HaveCount(2);
        new ReconBoost().Validate(plan).Should().HaveCount(3);
        new DIMML(new DIMMLOptions { EncoderEpochs = 30 }).Validate(plan).Should().HaveCount(3);
        new DLMG().Validate(plan).Should().ContainSingle();
        new ReconBoost().Validate(new TrainingPlan(Voting(VoteWeighting.Mean), Toy.Task, 16, null)).Should().ContainSingle()
            .Which.Should().Match("ReconBoost needs one head*VoteWeighting.Sum.");
        new MLA().Validate(new TrainingPlan(Voting(VoteWeighting.Entropy, hidden: 4), Toy.Task, 1, null)).Should()
            .ContainSingle().Which.Should().Match("MLA needs one linear head*but the model has a Sequential*");
    }

    [Fact]
    public void Options_and_sizes_out_of_range_are_refused()
    {
        Refused(() => new MLA(new MLAOptions { Decay = 0 }), "Decay must lie in (0, 1], but is 0.*");
        Refused(() => new ReconBoost(new ReconBoostOptions { Reconcile = 1.5 }), "Reconcile must lie in [0, 1], but is 1.5.*");
        Refused(() => new DIMML(new DIMMLOptions { EncoderEpochs = 20 }), "EncoderEpochs must be at least 21, but is 20.*");
        Refused(() => new DLMG(new DLMGOptions { Alpha = 2 }), "Alpha must lie in [0, 1], but is 2.*");
        Refused(() => new VotingFusion([3, 4], 2, VoteWeighting.Mean), "widths must all be the same*[3, 4].*");
        Refused(() => new VotingFusion([3, 3], 2, VoteWeighting.Mean, hidden: 0), "*hidden*");
        Refused(() => new CertaintyFusion(new ConcatFusion([3, 4], 2)), "widths must all be the same*");
        Refused(() => new CertaintyFusion(new ConcatFusion([3, 3], 2), temperature: 0), "temperature must be finite and above 0*");

        static void Refused(Func<object> make, string message) =>
            FluentActions.Invoking(make).Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static JsonElement Details(int index, string name) =>
        Steps.At("cases", index).GetProperty("quantities").GetProperty("details").GetProperty(name);

    private static long Outputs(JsonElement golden) => golden.GetProperty("parameters").GetProperty("b").GetArrayLength();

    private static MultimodalModel Voting(VoteWeighting weighting, long? hidden = null)
    {
        random.manual_seed(6);
        var encoders = Enumerable.Range(0, 2).Select(m => new ModalityEncoder($"m{m}", new Mlp(Toy.Inputs + m, 8, Toy.Width)));
        var model = new MultimodalModel(
            [.. encoders], new VotingFusion([Toy.Width, Toy.Width], Toy.Classes, weighting, hidden));
        model.to(ScalarType.Float64);
        return model;
    }

    private static MultimodalModel Certain()
    {
        random.manual_seed(6);
        var encoders = Enumerable.Range(0, 2).Select(m => new ModalityEncoder($"m{m}", new Mlp(Toy.Inputs + m, 8, Toy.Width)));
        return new MultimodalModel(
            [.. encoders], new CertaintyFusion(new ConcatFusion([Toy.Width, Toy.Width], Toy.Classes)));
    }

    private static CertaintyFusion Certain(
        long width, int modalities, double temperature, long classes = 3, Action<string, Tensor>? set = null)
    {
        long[] widths = [.. Enumerable.Repeat(width, modalities)];
        var fusion = new CertaintyFusion(new SumFusion(widths, classes), temperature);
        fusion.to(ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (name, parameter) in fusion.named_parameters())
        {
            set?.Invoke(name, parameter);
        }

        return fusion;
    }

    /// <summary>A voting fusion whose head gives back what it reads.</summary>
    private static VotingFusion Identity(VoteWeighting weighting, Tensor logits)
    {
        long classes = logits.shape[1];
        var fusion = new VotingFusion([.. Enumerable.Repeat(classes, (int)logits.shape[0])], classes, weighting);
        fusion.to(ScalarType.Float64);
        using var noGrad = no_grad();
        var head = (Linear)fusion.SharedHead;
        head.weight!.copy_(eye(classes));
        head.bias!.zero_();
        return fusion;
    }

    /// <summary>A network whose representations and votes are parameters: encoders that give their weights for one-hot inputs.
    /// </summary>
    private static (MultimodalModel Model, ModalityBalance.Data.MultimodalBatch Batch) Logits(
        Tensor[] logits, long[] labels, long? outputs = null)
    {
        long samples = labels.Length, width = logits[0].shape[1];
        var encoders = logits.Select((_, m) => new ModalityEncoder($"m{m}", nn.Linear(samples, width, hasBias: false))).ToArray();
        long[] widths = [.. logits.Select(_ => width)];
        FusionModule fusion = outputs is { } classes
            ? new CertaintyFusion(new ConcatFusion(widths, classes)) : Identity(VoteWeighting.Sum, stack(logits.Select(l => l[0])));
        var model = new MultimodalModel(encoders, fusion);
        model.to(ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (m, value) in logits.Index())
        {
            model.Encoder(m).parameters().Single().copy_(value.t());
        }

        var inputs = logits.Select(_ => (ModalityBalance.Data.ModalityInput)eye(samples, dtype: ScalarType.Float64)).ToArray();
        return (model, new ModalityBalance.Data.MultimodalBatch(inputs, tensor(labels)));
    }

    private static double[] Gradient(MultimodalModel model, int modality) =>
        model.Encoder(modality).parameters().Single().grad!.t().flatten().data<double>().ToArray();

    private static IReadOnlyList<Tensor> Rows(Tensor logits) => [.. logits.unbind().Select(row => row.unsqueeze(0))];

    private static Tensor? Present(JsonElement golden, int modalities) => golden.TryGetProperty("present", out var present)
        ? tensor(present.EnumerateArray().Select(value => value.GetBoolean()).ToArray(), [1, modalities]) : null;
}
