using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies.Baselines;

public class CGGMTests
{
    // As in the published code, against a division by zero.
    private const double Epsilon = 1e-8;

    [Theory]
    [InlineData("concat")]
    [InlineData("late")]
    public void The_first_step_scales_encoders_by_the_others_share_of_the_accuracies(string fusion)
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: fusion);
        using var strategy = new CGGM(new CGGMOptions { Rho = 2 });
        double[] accuracies = Accuracies(model, ToyStep.Batch());
        ToyStep.Run(new UnimodalTraining(), model, ToyStep.Batch());
        double[] heads = HeadGradient(model);
        ToyStep.Run(new JointTraining(), model, ToyStep.Batch());
        double[][] joint = Gradients(model);

        var report = ToyStep.Run(strategy, model, ToyStep.Batch());

        double sum = accuracies.Sum() + Epsilon;
        report["score"].Should().Equal(accuracies);
        for (int m = 0; m < 2; m++)
        {
            double coefficient = (sum - accuracies[m]) / sum;
            report["coefficient"][m].Should().BeApproximately(coefficient, 1e-15);
            ShouldBe(Gradients(model)[m], joint[m], 2 * coefficient);
        }

        Gradients(model)[2].Should().Equal(joint[2]);
        if (fusion == "concat")
        {
            ShouldBe(HeadGradient(model), heads, 1);
        }
    }

    [Fact]
    public void Later_steps_compare_with_the_step_before_and_a_missing_modality_gains_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: "concat");
        using var strategy = new CGGM();
        var batch = ToyStep.Batch();
        double[] before = Accuracies(model, batch);
        ToyStep.Run(strategy, model, batch);
        ToyStep.Run(strategy, model, batch)["coefficient"].Should().Equal([1, 1], "nothing changed");
        using (no_grad())
        {
            foreach (var parameter in model.HeadParameters(1))
            {
                parameter.neg_();
            }
        }

        double gain = Accuracies(model, batch)[1] - before[1];
        gain.Should().NotBe(0);

        var report = ToyStep.Run(strategy, model, ToyStep.WithFirstIn(batch, rows: 0));

        report["score"][0].Should().Be(double.NaN);
        report["coefficient"][0].Should().Be(1, "the other modality made the whole gain");
        report["coefficient"][1].Should().BeApproximately(Epsilon / (gain + Epsilon), 1e-15);
    }

    [Fact]
    public void Coefficients_stay_within_the_limit()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: "concat");
        using var strategy = new CGGM(new CGGMOptions { Limit = 0.25 });

        ToyStep.Run(strategy, model, ToyStep.Batch())["coefficient"].Should().Equal(0.25, 0.25);
    }

    [Fact]
    public void The_output_layer_follows_the_direction_of_the_step_before()
    {
        using var scope = NewDisposeScope();
        using var model = ToyStep.Model(fusion: "sum");
        var layers = Layers(model);
        using var strategy = new CGGM(new CGGMOptions { Lambda = 0.3 }, layers);
        ToyStep.Run(new JointTraining(), model, ToyStep.Batch());
        double[] joint = ToyStep.Gradient([layers.Fusion]);

        var first = ToyStep.Run(strategy, model, ToyStep.Batch());
        ToyStep.Gradient([layers.Fusion]).Should().Equal(joint, "there was no step before");
        ToyStep.Run(strategy, model, ToyStep.Batch());
        double[] second = ToyStep.Gradient([layers.Fusion]);

        // The loss of the published code, differentiated by libtorch.
        double[] coefficients = [.. first["coefficient"]];
        using var fusion = layers.Fusion.detach().clone().requires_grad_();
        var cosines = layers.Heads.Select(head => nn.functional.cosine_similarity(
            head.detach().flatten(), fusion.flatten(), dim: 0)).ToArray();
        var loss = (coefficients.Sum(Math.Abs) - ((coefficients[0] * cosines[0]) + (coefficients[1] * cosines[1]))) / 2;
        loss.backward();
        first["cosine"].Should().Equal(cosines.Select(cosine => cosine.item<double>()), (a, b) => Math.Abs(a - b) < 1e-14);
        double[] direction = fusion.grad!.flatten().data<double>().ToArray();
        second.Zip(joint.Zip(direction)).Should().OnlyContain(entry =>
            Math.Abs(entry.First - (entry.Second.First + (0.3 * entry.Second.Second))) < 1e-14);
    }

    [Fact]
    public void Two_processes_leave_the_gradients_of_one()
    {
        using var scope = NewDisposeScope();
        var models = Enumerable.Range(0, 3).Select(_ => ToyStep.Model(fusion: "sum")).ToArray();
        var batch = ToyStep.Batch();
        using var alone = new CGGM(outputLayers: Layers(models[2]));
        ToyStep.Run(alone, models[2], batch);
        ToyStep.Run(alone, models[2], batch);

        ProcessThreads.Run(ProcessThreads.Group(2), group =>
        {
            var model = models[group.Rank];
            using var strategy = new CGGM(outputLayers: Layers(model));
            for (int i = 0; i < 2; i++)
            {
                var step = new TrainingStep(model, Toy.Task, batch.PartFor(group)) { Processes = group };
                strategy.ComputeGradients(step);
                step.SumGradients();
            }

            return 0;
        });

        ToyStep.Gradient(models[0].parameters()).Zip(ToyStep.Gradient(models[2].parameters()))
            .Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-14);
    }

    [Fact]
    public void Layers_and_options_that_do_not_fit_are_refused()
    {
        using var model = ToyStep.Model(fusion: "sum");
        using var other = ToyStep.Model(fusion: "sum");
        var layers = Layers(model);

        Findings(layers with { Heads = layers.Heads.Take(1).ToArray() })
            .Should().Equal("CGGM's output layers must hold one head per modality, 2, but hold 1.");
        Findings(layers with { Fusion = model.Fusion.parameters().First(parameter => parameter.dim() == 1) }).Should().Equal(
            "CGGM's output layers must have one shape, but that of the fusion is [3] and that of head 0 [3, 5].",
            "CGGM's output layers must have one shape, but that of the fusion is [3] and that of head 1 [3, 5].");
        Findings(Layers(other)).Should().Equal(
            "CGGM's output layers must be parameters of the model that is trained, but one of them is not.");
        Findings(layers).Should().BeEmpty();
        Refused(new CGGMOptions { Rho = 0 }, "Rho must be finite and above 0, but is 0.*");
        Refused(new CGGMOptions { Lambda = -1 }, "Lambda must be finite and at least 0, but is -1.*");
        Refused(new CGGMOptions { Limit = double.NaN }, "Limit must be above 0, but is NaN.*");

        IEnumerable<string> Findings(CGGMOutputLayers given) =>
            new CGGM(outputLayers: given).Validate(new TrainingPlan(model, Toy.Task, 1, null));

        static void Refused(CGGMOptions options, string message) =>
            FluentActions.Invoking(() => new CGGM(options)).Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static CGGMOutputLayers Layers(MultimodalModel model) => new(
        Weight(model.Fusion.parameters()), [Weight(model.HeadParameters(0)), Weight(model.HeadParameters(1))]);

    private static Parameter Weight(IEnumerable<Parameter> parameters) => parameters.First(parameter => parameter.dim() == 2);

    private static double[] Accuracies(MultimodalModel model, MultimodalBatch batch)
    {
        using var noGrad = no_grad();
        return
        [
            .. batch.Inputs.Select((input, m) => model.PredictUnimodal(m, model.Encode(m, input)).argmax(1).eq(batch.Targets)
                .to(ScalarType.Float64).mean().item<double>()),
        ];
    }

    private static double[][] Gradients(MultimodalModel model) =>
    [
        ToyStep.Gradient(model.Encoder(0).parameters()),
        ToyStep.Gradient(model.Encoder(1).parameters()),
        ToyStep.Gradient(model.Fusion.parameters()),
    ];

    /// <summary>Of the heads that are not the fusion.</summary>
    private static double[] HeadGradient(MultimodalModel model) =>
        ToyStep.Gradient(model.SharedParameters().Except(model.Fusion.parameters()));

    private static void ShouldBe(double[] actual, double[] expected, double factor) => actual.Zip(expected)
        .Should().OnlyContain(pair => Math.Abs(pair.First - (factor * pair.Second)) < 1e-14);
}
