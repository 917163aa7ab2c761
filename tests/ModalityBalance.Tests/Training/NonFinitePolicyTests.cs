using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>Steps that are not finite leave no trace in the model, but in the result.</summary>
public class NonFinitePolicyTests
{
    [Theory]
    [InlineData(NonFinitePolicy.Stop)]
    [InlineData(NonFinitePolicy.Skip)]
    public void Batch_statistics_are_put_back(NonFinitePolicy policy)
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", new SmallCnn()), new ModalityEncoder("b", new SmallCnn())], new LateFusion([64, 64], 3));
        var good = Images(1);
        Dictionary<string, string>? afterGood = null;
        var note = new Hooks { Step = (_, _) => afterGood = Toy.State(model) };
        var trainer = new Trainer(model, Toy.Task, new JointTraining(), Toy.Options(1) with { OnNonFinite = policy, Callbacks = [note] });
        var fit = FluentActions.Invoking(() => trainer.Fit(BatchSource.From(new[] { good, Images(double.NaN) })));

        if (policy == NonFinitePolicy.Stop)
        {
            fit.Should().Throw<NonFiniteException>();
        }
        else
        {
            fit.Should().NotThrow();
        }

        Toy.State(model).Should().BeEquivalentTo(afterGood);
    }

    [Fact]
    public void Skipped_steps_are_counted_in_the_warnings()
    {
        using var scope = NewDisposeScope();

        var result = Fit([Toy.Batch(), Broken(), Toy.Batch(), Broken()], epochs: 3);

        result.Warnings.Should().Equal("6 of 12 steps were skipped because a loss or gradient was not finite.");
        result.Epochs.Should().OnlyContain(epoch => double.IsFinite(epoch.Loss));
    }

    [Fact]
    public void An_epoch_without_a_good_step_ends_training()
    {
        using var scope = NewDisposeScope();

        FluentActions.Invoking(() => Fit([Broken(), Broken()], epochs: 3)).Should().Throw<NonFiniteException>()
            .WithMessage("Epoch 0 must have a step*all were skipped. Step 1 (epoch 0): the loss of Joint must be finite*")
            .Which.Step.Should().Be(1);
    }

    [Fact]
    public void A_validation_loss_that_is_not_finite_is_in_the_warnings()
    {
        using var scope = NewDisposeScope();

        Fit([Toy.Batch()], epochs: 2, validation: [Broken()]).Warnings.Should().Equal(
            "The validation loss was not finite in 2 of 2 epochs, first in epoch 0.");
    }

    [Fact]
    public void A_strategy_that_remembers_an_earlier_run_is_in_the_warnings()
    {
        using var scope = NewDisposeScope();
        using var strategy = new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Both });

        Fit([Toy.Batch()], 1, strategy: strategy).Warnings.Should().BeEmpty();
        Fit([Toy.Batch()], 1, strategy: strategy).Warnings.Should().Equal(
            "I2MCL still holds state from an earlier run. Create a new instance for each run.");
    }

    private static TrainingResult Fit(
        MultimodalBatch[] train, int epochs, MultimodalBatch[]? validation = null, IGradientStrategy? strategy = null)
    {
        using var model = Toy.Model();
        var options = Toy.Options(epochs) with { OnNonFinite = NonFinitePolicy.Skip, Teachers = new ToyTeachers(2) };
        return new Trainer(model, Toy.Task, strategy ?? new JointTraining(), options)
            .Fit(BatchSource.From(train), validation is null ? null : BatchSource.From(validation));
    }

    private static MultimodalBatch Broken()
    {
        var batch = Toy.Batch();
        return new MultimodalBatch([batch.Inputs[0].Tensors[0] * double.NaN, batch.Inputs[1]], batch.Targets);
    }

    private static MultimodalBatch Images(double scale) =>
        new([rand(6, 1, 16, 16) * scale, rand(6, 1, 16, 16)], arange(6, dtype: ScalarType.Int64).remainder(Toy.Classes));
}
