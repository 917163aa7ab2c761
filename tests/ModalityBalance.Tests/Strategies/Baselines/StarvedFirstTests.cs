using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public sealed class StarvedFirstTests : IDisposable
{
    private static readonly StarvedFirstOptions SecondFirst = new() { Order = [1, 0], FeatureWeight = 1, EncoderScale = 2 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_starved_encoder_learns_alone_from_all_its_losses_and_then_all_do()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: "concat");
        double[][] uniform = Of(new UniformBaseline()), taught = Of(new UMT(new UMTOptions { Weight = 1 })),
            joint = Of(new JointTraining());

        using var strategy = new StarvedFirst(SecondFirst);
        double[][] first = At(strategy, epoch: 0), last = At(strategy, epoch: 5);

        model.Encoder(0).parameters().Should().NotBeEmpty();
        first[0].Should().OnlyContain(value => value == 0, "the other encoder does not move");
        Same(first[1], [.. uniform[1].Zip(taught[1], joint[1]).Select(sum => 2 * (sum.First + sum.Second - sum.Third))]);
        for (int m = 0; m < 2; m++)
        {
            Same(last[m], [.. uniform[m].Zip(taught[m], joint[m]).Select(sum => 2 * (sum.First + sum.Second - sum.Third))]);
        }

        Same(last[2], uniform[2]);

        double[][] Of(IGradientStrategy rule)
        {
            ToyStep.Run(rule, model, ToyStep.Batch());
            return Gradients(model);
        }

        double[][] At(StarvedFirst rule, int epoch)
        {
            rule.OnEpochStart(Context(model, epoch));
            var batch = ToyStep.Batch();
            rule.ComputeGradients(new TrainingStep(model, Toy.Task, batch, epoch, teachers: ToyStep.Taught(batch)));
            return Gradients(model);
        }

        static void Same(double[] actual, double[] expected) =>
            actual.Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-14);
    }

    [Theory]
    [InlineData(10, 2, 0.5, new[] { 0, 0, 0, 0, 0, 1, 1, 1, 1, 1 })]
    [InlineData(12, 3, 0.5, new[] { 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2, 2 })]
    [InlineData(3, 4, 0.5, new[] { 0, 1, 2 })]
    public void Phases_share_the_epochs_evenly(int epochs, int modalities, double share, int[] expected)
    {
        var options = new StarvedFirstOptions { Order = [.. Enumerable.Range(0, modalities)], PrioritizedShare = share };

        Enumerable.Range(0, epochs).Select(epoch => options.PhaseAt(epoch, epochs)).Should().Equal(expected);
    }

    [Fact]
    public void A_phase_ends_when_the_modality_has_reached_its_target_and_survives_a_resumed_run()
    {
        string path = Path.Combine(_folder.Path, "run.checkpoint");
        var whole = Fit(Toy.Options(6), 2);
        var resumed = Fit(Toy.Options(6) with { ResumeFrom = path }, null);

        whole.Learned.Should().Equal([(0, 1), (1, 1), (1, 1), (1, 1), (1, 1), (1, 1)], "a score above 0 is reached at once");
        resumed.State.Should().BeEquivalentTo(whole.State);

        (List<(double, double)> Learned, Dictionary<string, string> State) Fit(TrainerOptions options, int? save)
        {
            using var model = Toy.Model();
            using var strategy = new StarvedFirst(SecondFirst with { TargetScores = [0, 0] });
            List<(double, double)> learned = [];
            TrainingRun? run = null;
            var watch = new Hooks
            {
                FitStart = started => run = started,
                Step = (step, report) =>
                {
                    if (step.Index % 6 == 0)
                    {
                        learned.Add((report["learns"][0], report["learns"][1]));
                    }
                },
                EpochEnd = summary => { if (summary.Epoch == save) { run!.Save(path); } },
            };
            new Trainer(model, Toy.Task, strategy, options with { Callbacks = [watch], Teachers = new ToyTeachers(2) })
                .Fit(Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));
            return (learned, Toy.State(model));
        }
    }

    [Fact]
    public void It_works_without_teachers_and_says_so()
    {
        using var model = Toy.Model();
        using var strategy = new StarvedFirst(SecondFirst);
        using var alone = new StarvedFirst(SecondFirst with { Distillation = StarvedFirstDistillation.None });

        var result = new Trainer(model, Toy.Task, strategy, Toy.Options(2)).Fit(Toy.Data().InOrder(16));

        result.Warnings.Should().ContainSingle().Which.Should().Match("StarvedFirst had no teachers*");
        new Trainer(model, Toy.Task, alone, Toy.Options(2)).Fit(Toy.Data().InOrder(16)).Warnings.Should().BeEmpty();
    }

    [Fact]
    public void Starvation_is_the_lag_of_joint_training_and_leaves_the_model_as_it_is()
    {
        using var model = Toy.Model(fusion: "concat");
        var before = Toy.State(model);
        var estimator = new StarvationEstimator(
            () => Toy.Model(fusion: "concat", seed: 4), Toy.Task, Toy.Options(4), Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));

        var estimate = estimator.Estimate(model);

        estimate.Alone.Should().HaveCount(2).And.OnlyContain(score => score > 1 / 3.0, "heads learn by themselves");
        estimate.Lags[0].Should().BeApproximately(estimate.Alone[0] - estimate.Jointly[0], 1e-15);
        estimator.Estimate(model).Should().BeEquivalentTo(estimate);
        Toy.State(model).Should().BeEquivalentTo(before);
    }

    [Fact]
    public void Scores_are_means_over_the_later_half_of_the_epochs()
    {
        using var model = Toy.Model(fusion: "concat");
        using var copy = Toy.Model(fusion: "concat");
        var (train, heldOut, options) = (Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32), Toy.Options(5));
        using var unimodal = new UnimodalTraining();
        var epochs = new Trainer(copy, Toy.Task, unimodal, options with { RestoreBestWeights = false }).Fit(train, heldOut).Epochs;

        var estimate = new StarvationEstimator(() => Toy.Model(fusion: "concat", seed: 4), Toy.Task, options, train, heldOut)
            .Estimate(model);

        for (int m = 0; m < 2; m++)
        {
            double[] scores = [.. epochs.Select(epoch => epoch.Validation!.Unimodal![m].Primary)];
            estimate.Alone[m].Should().BeApproximately((scores[2] + scores[3] + scores[4]) / 3, 1e-12);
        }
    }

    [Fact]
    public void The_order_is_by_falling_lag_and_puts_what_is_unknown_last()
    {
        new StarvationEstimate([0.9, 0.8, 0.7], [0.8, 0.5, 0.7]).Order.Should().Equal(1, 0, 2);
        new StarvationEstimate([double.NaN, 0.8], [0.5, 0.9]).Order.Should().Equal(1, 0);
    }

    [Fact]
    public void Orders_and_targets_that_do_not_fit_are_refused()
    {
        using var model = Toy.Model(3);

        Refused(SecondFirst with { Order = [0, 0] }, "Order must hold the index of each of at least two modalities once*[0, 0].");
        Refused(SecondFirst with { Order = [0, 2] }, "Order must*");
        Refused(SecondFirst with { PrioritizedShare = 1 }, "PrioritizedShare must lie in (0, 1), but is 1.*");
        Refused(SecondFirst with { EncoderScale = 0 }, "EncoderScale must be finite and above 0, but is 0.*");
        Refused(SecondFirst with { TargetScores = [1] }, "TargetScores must hold one score per modality, 2, but hold 1.");
        new StarvedFirst(SecondFirst).Validate(new TrainingPlan(model, Toy.Task, 4, null)).Should().ContainSingle()
            .Which.Should().Be("StarvedFirst's Order must hold each of the 3 modalities once, but holds 2.");

        static void Refused(StarvedFirstOptions options, string message) =>
            FluentActions.Invoking(() => new StarvedFirst(options)).Should().Throw<ArgumentException>().WithMessage(message);
    }

    [Fact]
    public void G2D_takes_an_order_of_its_own()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        var paper = new G2DOptions { PhaseEpochs = [1] };
        int usual = (int)ToyStep.Run(new G2D(paper), model, ToyStep.Batch())["prioritized"][0];

        var turned = ToyStep.Run(new G2D(paper with { Order = [1 - usual] }), model, ToyStep.Batch());

        turned["prioritized"][0].Should().Be(1 - usual);
        new G2D(paper with { Order = [2] }).Validate(new TrainingPlan(model, Toy.Task, 4, new ToyTeachers(2))).Should()
            .ContainSingle().Which.Should().Match("G2D's Order must hold at least 1 of the 2 modalities*[2].");
        FluentActions.Invoking(() => new G2D(paper with { Order = [0, 0] })).Should().Throw<ArgumentException>()
            .WithMessage("Order must hold different indices of modalities, but holds [0, 0].");
    }

    private static double[][] Gradients(MultimodalModel model) =>
    [
        ToyStep.Gradient(model.Encoder(0).parameters()),
        ToyStep.Gradient(model.Encoder(1).parameters()),
        ToyStep.Gradient(model.SharedParameters()),
    ];

    private static EpochContext Context(IMultimodalModel model, int epoch) => new()
    {
        Epoch = epoch,
        Epochs = 10,
        Model = model,
        Task = Toy.Task,
        TrainingData = Toy.Data().InOrder(16),
    };
}
