using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Gradients;

public class TrainingStepTests
{
    [Fact]
    public void It_must_be_encoded_once_before_anything_else()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());

        step.Invoking(s => s.Representations).Should().Throw<InvalidOperationException>().WithMessage("*Encode*");
        step.Encode();
        step.Invoking(s => s.Encode()).Should().Throw<InvalidOperationException>().WithMessage("*again*");
    }

    [Fact]
    public void Representations_are_leaves_that_do_not_reach_the_encoders()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());
        step.Encode();

        var cotangents = step.BackwardTop(step.TaskLosses().mean());

        step.Representations.Should().OnlyContain(z => z.is_leaf && z.requires_grad);
        cotangents.Should().OnlyContain(v => v!.shape.SequenceEqual(new[] { 8, Toy.Width }));
        model.Encoder(0).parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        model.SharedParameters().Should().OnlyContain(p => !ReferenceEquals(p.grad, null));
        step.Passes.Should().Be(new EncoderPasses(2, 0));
    }

    [Fact]
    public void A_modality_that_a_loss_does_not_touch_has_no_cotangent()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());
        step.Encode();

        var cotangents = step.BackwardTop(step.UnimodalLoss(1));
        step.BackwardEncoder(0, cotangents[0]);

        cotangents[0].Should().BeNull();
        cotangents[1].Should().NotBeNull();
        step.Passes.Backwards.Should().Be(0);
    }

    [Fact]
    public void An_encoder_without_a_graph_cannot_learn()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var step = new TrainingStep(model, Toy.Task, Toy.Batch());
        step.Encode(m => m == 0 ? EncoderUse.Learn : EncoderUse.Forward);

        step.Invoking(s => s.BackwardEncoder(1, ones(8, Toy.Width)))
            .Should().Throw<InvalidOperationException>().WithMessage("*'m1'*graph*");
    }

    [Fact]
    public void Gradients_of_an_earlier_step_are_gone()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        foreach (var parameter in model.parameters())
        {
            parameter.grad = ones_like(parameter);
        }

        new TrainingStep(model, Toy.Task, Toy.Batch()).Encode();

        model.parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
    }

    [Fact]
    public void Samples_that_lack_a_modality_are_not_encoded()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { true, true }, { true, false } });
        var poisoned = whole.Inputs[1].Tensors[0].clone();
        poisoned[1] = float.NaN;
        poisoned[3] = float.NaN;
        var step = new TrainingStep(
            model, Toy.Task, new MultimodalBatch([whole.Inputs[0], poisoned], whole.Targets, present));

        new UniformBaseline().ComputeGradients(step).Loss.Should().BeInRange(0, 100);

        step.Representations[1][1].abs().sum().item<float>().Should().Be(0);
        model.parameters().Should().OnlyContain(p => p.grad!.isfinite().all().item<bool>());
    }

    [Fact]
    public void Unimodal_losses_are_means_over_the_samples_that_have_the_modality()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { true, true }, { true, false } });
        var step = new TrainingStep(model, Toy.Task, new MultimodalBatch(whole.Inputs, whole.Targets, present));
        step.Encode();

        var prediction = model.PredictUnimodal(1, model.Encode(1, whole.Inputs[1]));
        var losses = Toy.Task.LossPerSample(prediction, whole.Targets);

        step.UnimodalLoss(1).allclose((losses[0] + losses[2]) / 2).Should().BeTrue();
    }

    [Fact]
    public void A_modality_that_no_sample_has_learns_nothing()
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", new Mlp(6, 5)), new ModalityEncoder("b", new SmallCnn())],
            new LateFusion([5, 64], Toy.Classes));
        var before = Toy.State(model);
        var images = full(4, 1, 8, 8, float.NaN);
        var present = new PresenceMask(new[,] { { true, false }, { true, false }, { true, false }, { true, false } });
        var step = new TrainingStep(
            model, Toy.Task, new MultimodalBatch([rand(4, 6), images], zeros(4, dtype: ScalarType.Int64), present));

        new UniformBaseline().ComputeGradients(step);

        model.Encoder(1).parameters().Should().OnlyContain(p => ReferenceEquals(p.grad, null));
        model.Encoder(0).parameters().Should().OnlyContain(p => p.grad!.abs().sum().item<float>() > 0);
        model.Encoder(1).training.Should().BeTrue();
        Toy.State(model).Should().BeEquivalentTo(before, "not even batch statistics move");
    }

    [Fact]
    public void A_batch_of_other_modalities_is_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(3);

        ((Action)(() => _ = new TrainingStep(model, Toy.Task, Toy.Batch(2))))
            .Should().Throw<ArgumentException>().WithMessage("batch must hold the 3 modalities of the model (m0, m1, m2), but holds 2*");
    }

    [Fact]
    public void A_report_is_read_inside_the_step_and_stays_readable()
    {
        using var model = Toy.Model();
        StepReport read, unread;
        using (NewDisposeScope())
        {
            read = new JointTraining().ComputeGradients(new TrainingStep(model, Toy.Task, Toy.Batch()));
            unread = new JointTraining().ComputeGradients(new TrainingStep(model, Toy.Task, Toy.Batch()));
            read.Loss.Should().BePositive();
        }

        read.Loss.Should().BePositive();
        unread.Invoking(r => r.Loss).Should().Throw<InvalidOperationException>().WithMessage("*Loss*scope*");
    }
}
