using System.Text.Json;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Golden;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class OGMTests
{
    private static readonly JsonElement File = BaselineFile.Read("ogm_ge.json");

    public static TheoryData<int> Formulas => File.Cases("coefficients");

    public static TheoryData<int, string> Readings
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (i, step) in File.GetProperty("cases").EnumerateArray().Index())
            {
                foreach (var reading in step.GetProperty("readings").EnumerateObject())
                {
                    data.Add(i, reading.Name);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Formulas))]
    public void Coefficients_are_those_of_the_equation(int index)
    {
        using var scope = NewDisposeScope();
        var golden = File.At("coefficients", index);

        var (ratio, coefficient) = OGM.Coefficients(
            golden.Tensor("scores"), golden.Number("alpha"), Reference(golden.GetProperty("reference").GetString()!));

        ratio.data<double>().ToArray().ShouldBe(golden.GetProperty("ratios"));
        coefficient.data<double>().ToArray().ShouldBe(golden.GetProperty("coefficients"));
    }

    [Theory]
    [MemberData(nameof(Readings))]
    public void Gradients_are_those_of_the_equations(int index, string reading)
    {
        using var scope = NewDisposeScope();
        var golden = File.At("cases", index);
        var expected = golden.GetProperty("readings").GetProperty(reading);
        string[] parts = reading.Split('/');
        var (model, step) = Step(golden);

        var report = new OGM(new OGMOptions
        {
            Alpha = golden.Number("alpha"),
            Noise = false,
            Score = parts[0] == "heads" ? OGMScore.Heads : OGMScore.LogitShare,
            Reference = Reference(parts[1]),
        }).ComputeGradients(step);

        report["score"].ShouldBe(expected.GetProperty("scores"));
        report["ratio"].ShouldBe(expected.GetProperty("ratios"));
        report["coefficient"].ShouldBe(expected.GetProperty("coefficients"));
        report.TaskLoss.ShouldBe(golden.Number("joint_loss"));
        new BaselineParameters(expected.GetProperty("gradients")).ShouldBeGradientsOf(model);
    }

    [Fact]
    public void Outside_its_epochs_it_is_joint_training_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        var options = new OGMOptions { Alpha = 1, StartEpoch = 2, EndEpoch = 3 };

        Gradient(new OGM(options), epoch: 1).Should().Equal(Gradient(new JointTraining(), 1));
        Gradient(new OGM(options), epoch: 4).Should().Equal(Gradient(new JointTraining(), 4));
        Gradient(new OGM(options with { Noise = false }), epoch: 3).Should().NotEqual(Gradient(new JointTraining(), 3));
    }

    [Fact]
    public void Noise_has_the_spread_of_the_gradient_around_its_scaled_value()
    {
        using var scope = NewDisposeScope();
        var golden = File.At("cases", 0);
        double[] joint = [], clean = [];
        const int Draws = 4000;
        double[] sum = [], squares = [];
        random.manual_seed(3);
        for (int draw = -2; draw < Draws; draw++)
        {
            using var inner = NewDisposeScope();
            var (model, step) = Step(golden);
            IGradientStrategy strategy = draw == -2 ? new JointTraining()
                : new OGM(new OGMOptions { Alpha = golden.Number("alpha"), Noise = draw >= 0 });
            strategy.ComputeGradients(step);
            double[] gradient = model.Encoder(0).parameters().First().grad!.flatten().data<double>().ToArray();
            if (draw < 0)
            {
                (joint, clean) = draw == -2 ? (gradient, clean) : (joint, gradient);
                (sum, squares) = (new double[gradient.Length], new double[gradient.Length]);
                continue;
            }

            for (int i = 0; i < gradient.Length; i++)
            {
                double noise = gradient[i] - clean[i];
                sum[i] += noise;
                squares[i] += noise * noise;
            }
        }

        double sigma = golden.Numbers("noise_std")[0];
        clean.Should().NotEqual(joint, "the first modality is the surer one");

        // Four standard errors: of a mean, sigma / sqrt(n), and of a variance, sigma^2 sqrt(2 / n).
        sum.Should().OnlyContain(total => Math.Abs(total / Draws) < 4 * sigma / Math.Sqrt(Draws));
        squares.Should().OnlyContain(total =>
            Math.Abs((total / Draws) - (sigma * sigma)) < 4 * sigma * sigma * Math.Sqrt(2.0 / Draws));
    }

    [Fact]
    public void A_single_element_gets_no_noise_and_only_convolutions_are_modulated_on_demand()
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [
                new ModalityEncoder("a", nn.Sequential(nn.Conv2d(1, 1, 1), nn.Flatten(), nn.Linear(4, 3))),
                new ModalityEncoder("b", new Mlp(5, 3)),
            ],
            new LateFusion([3, 3], Toy.Classes));
        var batch = new ModalityBalance.Data.MultimodalBatch(
            [randn(6, 1, 2, 2), randn(6, 5)], arange(6, dtype: ScalarType.Int64).remainder(3));
        var options = new OGMOptions { Alpha = 1, Score = OGMScore.Heads };

        double[] joint = Gradients(new JointTraining()), noisy = Gradients(new OGM(options)),
            convolutions = Gradients(new OGM(options with { Tensors = OGMTensors.Convolutions }));

        noisy.Should().OnlyContain(value => double.IsFinite(value));
        convolutions.Skip(1).Should().Equal(joint.Skip(1), "only the kernel has four dimensions, and it has one element");

        double[] Gradients(IGradientStrategy strategy)
        {
            strategy.ComputeGradients(new TrainingStep(model, Toy.Task, batch));
            return [.. model.Encoder(0).parameters().SelectMany(p => p.grad!.flatten().data<float>().ToArray())
                .Select(value => (double)value)];
        }
    }

    [Fact]
    public void A_modality_that_no_sample_has_is_in_no_ratio()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(modalities: 3, fusion: "concat");
        var batch = ToyStep.WithFirstIn(ToyStep.Batch(modalities: 3), rows: 0);

        var report = ToyStep.Run(new OGM(new OGMOptions { Alpha = 2, Noise = false }), model, batch);

        report["ratio"][0].Should().Be(double.NaN);
        report["coefficient"][0].Should().Be(1);
        report["ratio"][1].Should().BeApproximately(1 / report["ratio"][2], 1e-12);
    }

    [Fact]
    public void Regression_has_no_shares_of_logits()
    {
        using var model = Toy.Model();

        new OGM(new OGMOptions { Alpha = 1 }).Validate(new TrainingPlan(model, new RegressionTask(), 1, null))
            .Should().ContainSingle().Which.Should().Match("OGM-GE scores each modality's share*RegressionTask*");
        new OGM(new OGMOptions { Alpha = 1, Score = OGMScore.Heads })
            .Validate(new TrainingPlan(model, new RegressionTask(), 1, null)).Should().BeEmpty();
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        FluentActions.Invoking(() => new OGM(new OGMOptions { Alpha = 0 })).Should().Throw<ArgumentException>()
            .WithMessage("Alpha must be finite and above 0, but is 0.*");
        FluentActions.Invoking(() => new OGM(new OGMOptions { Alpha = 1, StartEpoch = 5, EndEpoch = 4 }))
            .Should().Throw<ArgumentException>().WithMessage("EndEpoch must be at least 5, but is 4.*");
    }

    private static double[] Gradient(IGradientStrategy strategy, int epoch)
    {
        using var model = ToyStep.Model();
        strategy.ComputeGradients(new TrainingStep(model, Toy.Task, ToyStep.Batch(), epoch));
        return ToyStep.Gradient(model.parameters());
    }

    private static (MultimodalModel Model, TrainingStep Step) Step(JsonElement golden)
    {
        var model = new BaselineParameters(golden.GetProperty("parameters")).Network(golden.GetProperty("fusion").GetString()!);
        return (model, new TrainingStep(model, new ClassificationTask(model.Fusion.Outputs), golden.Batch()));
    }

    private static OGMReference Reference(string name) =>
        name == "weakest" ? OGMReference.Weakest : OGMReference.MeanOfOthers;
}
