using System.Text.Json;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class GradientBlendingTests
{
    private static readonly JsonElement File = BaselineFile.Read("gblending.json");

    public static TheoryData<int> Curves => File.Cases("weights");

    public static TheoryData<int> Steps => File.Cases("cases");

    [Theory]
    [MemberData(nameof(Curves))]
    public void Weights_are_those_of_the_equations(int index)
    {
        var golden = File.At("weights", index);

        var weights = GradientBlendingWeights.Of(Losses("before"), Losses("after"), golden.Number("floor"));

        weights.ShouldBe(golden.GetProperty("weights"));
        weights.Sum().Should().BeApproximately(1, 1e-15);

        HeadLoss[] Losses(string when) => [.. golden.GetProperty(when).EnumerateArray()
            .Select(head => new HeadLoss(head.Number("train"), head.Number("validation")))];
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Gradients_are_those_of_the_weighted_losses(int index)
    {
        using var scope = NewDisposeScope();
        var golden = File.At("cases", index);
        var model = new BaselineParameters(golden.GetProperty("parameters")).Network(golden.GetProperty("fusion").GetString()!);

        var report = new GradientBlending(golden.Numbers("weights")).ComputeGradients(
            new TrainingStep(model, new ClassificationTask(model.Fusion.Outputs), golden.Batch()));

        report.Loss.ShouldBe(golden.Number("loss"));
        report.TaskLoss.ShouldBe(golden.Number("task_loss"));
        report["unimodal_loss"].ShouldBe(golden.GetProperty("unimodal_losses"));
        new BaselineParameters(golden.GetProperty("gradients")).ShouldBeGradientsOf(model);
    }

    [Theory]
    [InlineData("concat")]
    [InlineData("late")]
    public void The_fused_loss_alone_is_joint_training_and_equal_weights_are_uniform(string fusion)
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: fusion);

        Gradients(new GradientBlending([0, 0, 1])).Should().Equal(Gradients(new JointTraining()));
        model.parameters().Count(p => p.grad is null).Should().Be(fusion == "concat" ? 4 : 0, "no loss moves the heads");
        Gradients(new GradientBlending([1, 1, 1])).Zip(Gradients(new UniformBaseline()))
            .Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-15);

        double[] Gradients(IGradientStrategy strategy)
        {
            ToyStep.Run(strategy, model, ToyStep.Batch());
            return ToyStep.Gradient(model.parameters());
        }
    }

    [Fact]
    public void Online_weights_are_estimated_once_per_super_epoch_and_survive_a_resumed_run()
    {
        List<int> asked = [];
        double[] weights = [0.2, 0.3, 0.5];
        using var strategy = new GradientBlending(2, _ =>
        {
            asked.Add(asked.Count);
            return weights;
        });
        using var model = Toy.Model();
        List<double> used = [];
        var watch = new Hooks { Step = (step, report) => { if (step.Index % 6 == 0) { used.Add(report["weight"][0]); } } };

        new Trainer(model, Toy.Task, strategy, Toy.Options(3) with { Callbacks = [watch] }).Fit(Toy.Data().InOrder(16));

        asked.Should().HaveCount(2);
        used.Should().Equal(0.2, 0.2, 0.2);
        strategy.State.Names.Should().Equal("weights");
    }

    [Fact]
    public void An_estimate_comes_from_short_runs_and_leaves_the_model_as_it_is()
    {
        using var model = Toy.Model(fusion: "concat");
        var before = Toy.State(model);
        var estimator = new GradientBlendingEstimator(
            () => Toy.Model(fusion: "concat", seed: 4), Toy.Task, Toy.Options(2), Toy.Data().InOrder(16), Toy.Data(seed: 8).InOrder(32));

        random.manual_seed(9);
        using var state = random.get_rng_state();

        var weights = estimator.Estimate(model);

        weights.Should().HaveCount(3).And.OnlyContain(weight => weight >= 0);
        weights.Sum().Should().BeApproximately(1, 1e-12);
        estimator.Estimate(model).Should().Equal(weights, "it does not depend on earlier runs");
        Toy.State(model).Should().BeEquivalentTo(before);
        random.get_rng_state().bytes.ToArray().Should().Equal(state.bytes.ToArray());
    }

    [Fact]
    public void Bad_weights_are_refused()
    {
        using var model = Toy.Model();

        FluentActions.Invoking(() => new GradientBlending([0, -1, 1])).Should().Throw<ArgumentException>()
            .WithMessage("weights[1] must be finite and at least 0, but is -1.*");
        FluentActions.Invoking(() => new GradientBlending([0, 0, 0])).Should().Throw<ArgumentException>()
            .WithMessage("weights must hold one above 0*");
        new GradientBlending([1, 1]).Validate(new TrainingPlan(model, Toy.Task, 1, null)).Should().ContainSingle()
            .Which.Should().Be("GradientBlending's weights must be 3, one per modality and one for the fused loss, but are 2.");
        FluentActions.Invoking(() => GradientBlendingWeights.Of([new HeadLoss(1, 1)], [])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => GradientBlendingWeights.Of([new HeadLoss(1, 1)], [new HeadLoss(double.NaN, 1)]))
            .Should().Throw<ArgumentException>().WithMessage("after[0].Training must be finite, but is NaN.*");
    }
}
