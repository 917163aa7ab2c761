using System.Runtime.InteropServices;
using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Gradients;

/// <summary>What a step refuses, because libtorch would compute something else, end the process or name no part.
/// </summary>
public class StepCheckTests
{
    [Fact]
    public void Losses_that_are_not_one_per_sample_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, new Column(), Masked());
        step.Encode();

        step.Invoking(s => s.TaskLosses()).Should().Throw<ArgumentException>().WithMessage("*task*[4]*[4, 1]*");
        step.Invoking(s => s.UnimodalLoss(0)).Should().Throw<ArgumentException>().WithMessage("*task*[4]*[4, 1]*");
        step.Invoking(s => s.Mean(ones(4, 1), 1))
            .Should().Throw<ArgumentException>().WithMessage("perSample*[4]*[4, 1]*");
        step.Mean(tensor(new float[] { 1, 100, 1, 100 }), 1).item<float>().Should().Be(1);
        new G2D().Invoking(s => s.ComputeGradients(new TrainingStep(
            model, new Column(), Toy.Batch(), teachers: new ToyTeachers(2).For(Toy.Batch()))))
            .Should().Throw<ArgumentException>().WithMessage("*task*[8]*[8, 1]*");
    }

    [Fact]
    public void A_loss_that_cannot_be_differentiated_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());
        step.Encode();
        foreach (var use in new Action<Tensor>[] { l => step.GradientAtRepresentations(l), l => step.BackwardTop(l) })
        {
            use.Invoking(u => u(null!)).Should().Throw<ArgumentNullException>();
            use.Invoking(u => u(step.TaskLosses())).Should().Throw<ArgumentException>().WithMessage("loss*scalar*[8]*");
            use.Invoking(u => u(ones(1))).Should().Throw<ArgumentException>().WithMessage("loss*graph*gradient mode*");
        }

        var loss = step.TaskLosses().mean();
        step.BackwardTop(loss);
        step.Invoking(s => s.GradientAtRepresentations(loss)).Should().Throw<Exception>("its graph is used up");
    }

    [Theory]
    [InlineData("joint")]
    [InlineData("mmpareto")]
    [InlineData("i2mcl")]
    public void A_step_without_gradient_mode_says_so(string name)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var strategy = Contract.StrategyTable.Make(name, 2);
        using var state = strategy as IDisposable;
        var teachers = new ToyTeachers(2).For(Toy.Batch());
        using var noGrad = no_grad();

        strategy.Invoking(s => s.ComputeGradients(new TrainingStep(model, Toy.Task, Toy.Batch(), teachers: teachers)))
            .Should().Throw<ArgumentException>().WithMessage("*gradient mode must be on*");
    }

    [Fact]
    public void A_gradient_at_the_representations_leaves_all_others_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());
        step.Encode();
        var loss = step.UnimodalLoss(1);

        var alone = step.GradientAtRepresentations(loss);

        model.parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        alone[0].abs().sum().item<float>().Should().Be(0);
        step.BackwardTop(loss)[1]!.eq(alone[1]).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Cotangents_and_gradients_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());
        step.Encode();
        var cotangent = ones(8, Toy.Width);

        step.Invoking(s => s.EncoderGradients(0, [cotangent, ones(8, 1)])).Should().Throw<ArgumentException>()
            .WithMessage("*'m0'*Float32 [8, 5]*Float32 [8, 1]*");
        step.Invoking(s => s.BackwardEncoder(0, cotangent.to(ScalarType.Float64))).Should().Throw<ArgumentException>()
            .WithMessage("*'m0'*Float32 [8, 5]*Float64 [8, 5]*");
        var gradients = step.EncoderGradients(0, [cotangent])[0];
        step.Invoking(s => s.EncoderGradients(0, [cotangent])).Should().Throw<InvalidOperationException>()
            .WithMessage("*graph*'m0'*keepGraph*");

        step.Invoking(s => s.SetEncoderGradient(0, [.. gradients.Skip(1)])).Should().Throw<ArgumentException>()
            .WithMessage("*'m0'*4, but are 3*");
        step.Invoking(s => s.SetEncoderGradient(0, [.. gradients.Reverse()])).Should().Throw<ArgumentException>()
            .WithMessage("gradients?0?*'m0'*[8, 6]*[5]*");
        model.parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        step.SetEncoderGradient(0, gradients);
        model.Encoder(0).parameters().Should().OnlyContain(p => !ReferenceEquals(p.grad, null));
    }

    [Fact]
    public void A_part_that_fails_is_named_with_the_step_and_its_input()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        var (whole, wide) = (Toy.Batch(), Toy.Batch(dtype: ScalarType.Float64));
        var mixed = new MultimodalBatch([whole.Inputs[0], wide.Inputs[1]], whole.Targets);
        Failure(model, mixed, s => s.Encode()).Should().Match("Step 12: the encoder of 'm1' failed on Float64 [8, 7]*: *");

        model.to(ScalarType.Float64);
        model.Encoder(0).to(ScalarType.Float32);
        model.Encoder(1).to(ScalarType.Float32);
        Failure(model, whole, s => Encoded(s).Predict()).Should()
            .Match("Step 12: the fusion failed on Float32 [8, 5]*and*: *");
        Failure(model, whole, s => Encoded(s).UnimodalLoss(1)).Should()
            .Match("Step 12: the head of 'm1' failed on Float32 [8, 5]*: *");
    }

    [Fact]
    public void Exhausted_memory_can_still_be_told_by_type_and_text()
    {
        using var scope = NewDisposeScope();
        using var parts = Toy.Model();
        var model = new OwnModel(parts, (_, _) => throw new Exhausted("CUDA out of memory. Tried to allocate 2.00 GiB."));
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());

        step.Invoking(s => s.Encode()).Should().Throw<Exhausted>();
    }

    [Fact]
    public void Errors_that_name_their_part_already_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch();
        var step = new TrainingStep(model, Toy.Task, new MultimodalBatch([rand(8, 9), whole.Inputs[1]], whole.Targets));

        step.Invoking(s => s.Encode()).Should().Throw<ArgumentException>().WithMessage("input of Mlp*[8, 9]*");
    }

    private static TrainingStep Encoded(TrainingStep step)
    {
        step.Encode();
        return step;
    }

    private static string Failure(MultimodalModel model, MultimodalBatch batch, Action<TrainingStep> use)
    {
        var step = new TrainingStep(model, Toy.Task, batch, index: 12);
        var failure = step.Invoking(use).Should().Throw<InvalidOperationException>().Which;
        failure.InnerException.Should().BeOfType<ExternalException>();
        return failure.Message;
    }

    private static MultimodalBatch Masked()
    {
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { true, true }, { true, false } });
        return new MultimodalBatch(whole.Inputs, whole.Targets, present);
    }

    private sealed class Exhausted(string text) : ExternalException(text);

    /// <summary>A task that keeps a dimension too many.</summary>
    private sealed class Column : LearningTask
    {
        public override long Outputs => Toy.Classes;

        public override Tensor LossPerSample(Tensor prediction, Tensor target) => prediction.sum(1, keepdim: true);

        public override Tensor ConfidencePerSample(Tensor prediction, Tensor target) => LossPerSample(prediction, target);

        public override Tensor DistancePerSample(Tensor prediction, Tensor teacher, double temperature) =>
            LossPerSample(prediction, teacher);

        public override void CheckTargets(Tensor targets)
        {
        }

        public override TaskScores Score(Tensor predictions, Tensor targets) => throw new NotSupportedException();
    }
}
