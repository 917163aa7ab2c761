using System.Text.Json;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class AGMTests
{
    private static readonly JsonElement File = BaselineFile.Read("agm.json");

    public static TheoryData<int> Formulas => File.Cases("coefficients");

    public static TheoryData<int> Runs => File.Cases("cases");

    [Theory]
    [MemberData(nameof(Formulas))]
    public void Coefficients_are_those_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var golden = File.At("coefficients", index);
        double cap = golden.Number("cap");
        var scores = golden.Tensor("scores");

        var (ratio, reference, coefficient) = AGM.Coefficients(
            scores, golden.Tensor("running"), ones_like(scores).to(ScalarType.Bool), golden.Number("alpha"),
            double.IsNaN(cap) ? null : cap);

        ratio.data<double>().ToArray().ShouldBe(golden.GetProperty("ratios"));
        reference.data<double>().ToArray().ShouldBe(golden.GetProperty("references"));
        coefficient.data<double>().ToArray().ShouldBe(golden.GetProperty("coefficients"));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_takes_the_steps_of_the_equations(int index)
    {
        using var scope = NewDisposeScope();
        var golden = File.At("cases", index);
        using var model = new BaselineParameters(golden.GetProperty("start")).Network(golden.GetProperty("fusion").GetString()!);
        var task = new ClassificationTask(model.Fusion.Outputs);
        using var strategy = new AGM(new AGMOptions { Alpha = golden.Number("alpha"), Cap = golden.Number("cap") });
        using var optimizer = optim.SGD(model.parameters(), golden.Number("learning_rate"));
        var batches = golden.GetProperty("batches").EnumerateArray().Select(batch => batch.Batch()).ToArray();

        foreach (var (i, expected) in golden.GetProperty("steps").EnumerateArray().Index())
        {
            var report = strategy.ComputeGradients(new TrainingStep(model, task, batches[i % batches.Length]));

            report.Loss.ShouldBe(expected.Number("loss"));
            report["score"].ShouldBe(expected.GetProperty("scores"), $"score in step {i}");
            report["ratio"].ShouldBe(expected.GetProperty("ratios"), $"ratio in step {i}");
            report["reference"].ShouldBe(expected.GetProperty("references"), $"reference in step {i}");
            report["coefficient"].ShouldBe(expected.GetProperty("coefficients"), $"coefficient in step {i}");
            strategy.State.GetOrAdd("running_scores", () => zeros(0)).data<double>().ToArray()
                .ShouldBe(expected.GetProperty("running_scores"));
            if (expected.TryGetProperty("gradients", out var gradients))
            {
                new BaselineParameters(gradients).ShouldBeGradientsOf(model);
            }

            optimizer.step();
        }

        new BaselineParameters(golden.GetProperty("final")).ShouldBeParametersOf(model);
    }

    [Theory]
    [InlineData("late")]
    [InlineData("concat")]
    [InlineData("gated")]
    [InlineData("attention")]
    public void Shares_sum_to_the_prediction_and_alpha_0_is_joint_training(string fusion)
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: fusion);
        var step = new TrainingStep(model, Toy.Task, ToyStep.Batch());
        step.Encode();
        var prediction = step.Predict();

        var shares = step.LogitShares(prediction);

        (shares[0] + shares[1] - prediction).abs().max().item<double>().Should().BeLessThan(1e-14);
        Gradients(new AGM(new AGMOptions { Alpha = 0 })).Zip(Gradients(new JointTraining()))
            .Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-14);

        double[] Gradients(IGradientStrategy strategy)
        {
            strategy.ComputeGradients(new TrainingStep(model, Toy.Task, ToyStep.Batch()));
            return ToyStep.Gradient(model.parameters());
        }
    }

    [Fact]
    public void An_additive_fusion_scales_every_encoder_by_its_factor_and_optionally_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: "concat");
        using var strategy = new AGM(new AGMOptions { ScaleFusion = false });
        strategy.ComputeGradients(new TrainingStep(model, Toy.Task, ToyStep.Batch(size: 6)));
        new JointTraining().ComputeGradients(new TrainingStep(model, Toy.Task, ToyStep.Batch()));
        double[][] joint = [.. Parts().Select(ToyStep.Gradient)];

        var report = strategy.ComputeGradients(new TrainingStep(model, Toy.Task, ToyStep.Batch()));

        double[][] modulated = [.. Parts().Select(ToyStep.Gradient)];
        report["coefficient"].Should().OnlyContain(factor => Math.Abs(factor - 1) > 1e-6);
        for (int m = 0; m < 2; m++)
        {
            modulated[m].Zip(joint[m]).Should().OnlyContain(pair =>
                Math.Abs(pair.First - (report["coefficient"][m] * pair.Second)) < 1e-13);
        }

        modulated[2].Should().Equal(joint[2]);

        IEnumerable<TorchSharp.Modules.Parameter>[] Parts() =>
            [model.Encoder(0).parameters(), model.Encoder(1).parameters(), model.SharedParameters()];
    }

    [Fact]
    public void Outside_its_epochs_it_trains_jointly_and_keeps_counting()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model();
        using var strategy = new AGM(new AGMOptions { EndEpoch = 0 });

        strategy.ComputeGradients(new TrainingStep(model, Toy.Task, ToyStep.Batch(), epoch: 1));
        double[] gradient = ToyStep.Gradient(model.parameters());
        new JointTraining().ComputeGradients(new TrainingStep(model, Toy.Task, ToyStep.Batch()));

        gradient.Should().Equal(ToyStep.Gradient(model.parameters()));
        strategy.State.GetOrAdd("steps", () => zeros(0)).data<double>().Should().Equal(1, 1);
    }

    [Fact]
    public void Factors_that_would_overflow_are_refused()
    {
        FluentActions.Invoking(() => new AGM(new AGMOptions { Alpha = 80 })).Should().Throw<ArgumentException>()
            .WithMessage("Alpha times Cap must be at most 700, but is 800*");
    }
}
