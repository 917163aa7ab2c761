using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

public class SampleCurriculumTests
{
    [Fact]
    public void Samples_have_the_loss_of_the_model_and_the_weight_of_the_threshold()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(fusion: "concat");
        using var strategy = new I2MCL(new I2MCLOptions { Beta = 0.5 });
        var thresholds = new List<double>();
        var watch = new Hooks { Step = (_, report) => thresholds.Add(report["threshold"][0]) };
        new Trainer(model, Toy.Task, strategy, Toy.Options(1) with { Teachers = new ToyTeachers(2), Callbacks = [watch] })
            .Fit(Toy.Data().InOrder(16));
        var batch = Toy.Data().Select([.. Enumerable.Range(0, 96).Select(i => (long)i)]);

        var samples = SampleCurriculum.Of(strategy, model, Toy.Task, Toy.Data().InOrder(40), CPU);

        samples.Should().HaveCount(96);
        using var noGrad = no_grad();
        model.eval();
        var losses = Toy.Task.LossPerSample(
            model.Fuse([.. batch.Inputs.Select((input, m) => model.Encode(m, input))], null), batch.Targets);
        var weights = SelfPacedWeight.Of(losses.to(ScalarType.Float64), tensor(thresholds[^1]), beta: 0.5);
        // The model computes in float32, in batches of another size.
        samples.Select(sample => sample.Loss).Should()
            .Equal(losses.data<float>().ToArray(), (loss, expected) => Math.Abs(loss - expected) < 1e-5);
        samples.Select(sample => sample.Weight).Should()
            .Equal(weights.data<double>().ToArray(), (weight, expected) => Math.Abs(weight - expected) < 1e-4);
    }

    [Fact]
    public void A_strategy_that_has_not_trained_is_refused()
    {
        using var model = Toy.Model();
        using var strategy = new I2MCL();

        FluentActions.Invoking(() => SampleCurriculum.Of(strategy, model, Toy.Task, Toy.Data().InOrder(40), CPU))
            .Should().Throw<InvalidOperationException>()
            .WithMessage("strategy must have trained with sample weights, but has no threshold yet.");
    }
}
