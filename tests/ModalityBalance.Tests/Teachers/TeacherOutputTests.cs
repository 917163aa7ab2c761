using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Teachers;

/// <summary>Teacher outputs as a step lets a strategy see them.</summary>
public class TeacherOutputTests
{
    [Fact]
    public void What_a_teacher_says_of_an_absent_modality_does_not_matter()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(2, "concat");
        using var other = Toy.Model(2, "concat");
        var whole = Toy.Batch(size: 4);
        var present = new PresenceMask(new[,] { { true, true }, { true, false }, { true, true }, { true, false } });
        var batch = new MultimodalBatch(whole.Inputs, whole.Targets, present);
        var clean = new ToyTeachers(2).For(batch);
        var rows = tensor([true, false, true, false]).unsqueeze(1);
        Tensor Poisoned(Tensor output) => where(rows, output, full_like(output, float.NaN));
        var poisoned = new TeacherOutputs(
            [clean.Representations[0], Poisoned(clean.Representations[1])],
            [clean.Logits[0], Poisoned(clean.Logits[1])],
            clean.Confidences);

        new G2D().ComputeGradients(new TrainingStep(model, Toy.Task, batch, teachers: clean));
        new G2D().ComputeGradients(new TrainingStep(other, Toy.Task, batch, teachers: poisoned));

        var pairs = model.parameters().Where(p => p.grad is not null).Zip(other.parameters().Where(p => p.grad is not null));
        pairs.Should().NotBeEmpty().And.OnlyContain(pair => pair.First.grad!.eq(pair.Second.grad!).all().item<bool>());
    }

    [Fact]
    public void Outputs_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var batch = Toy.Batch();
        var fit = new ToyTeachers(2).For(batch);

        Refused([fit.Representations[0], fit.Representations[1]], [zeros(8, 1), fit.Logits[1]])
            .WithMessage("*teacher of 'm0'*logits*Float32 [8, 3]*student's*Float32 [8, 1]*");
        Refused([fit.Representations[0], fit.Representations[1]], [fit.Logits[0], zeros(8, 4)])
            .WithMessage("*teacher of 'm1'*logits*[8, 3]*[8, 4]*");
        Refused([fit.Representations[0], fit.Representations[1].to(ScalarType.Float64)], fit.Logits)
            .WithMessage("*teacher of 'm1'*representations*Float32 [8, 5]*encoder's*Float64 [8, 5]*");
        Refused([fit.Representations[0], fit.Representations[1].to(ScalarType.Float64)], fit.Logits, new I2MCL())
            .WithMessage("*teacher of 'm1'*Float64*");

        FluentAssertions.Specialized.ExceptionAssertions<ArgumentException> Refused(
            IReadOnlyList<Tensor> representations, IReadOnlyList<Tensor> logits, IGradientStrategy? strategy = null) =>
            (strategy ?? new G2D()).Invoking(s => s.ComputeGradients(new TrainingStep(
                model, Toy.Task, batch, teachers: new TeacherOutputs(representations, logits, fit.Confidences))))
                .Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Teachers_of_other_modalities_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(3);
        var batch = Toy.Batch(3);

        ((Action)(() => _ = new TrainingStep(model, Toy.Task, batch, teachers: new ToyTeachers(2).For(batch))))
            .Should().Throw<ArgumentException>().WithMessage("teachers*3 modalities (m0, m1, m2), but do of 2*");
    }

    [Fact]
    public void An_absent_modality_is_not_prioritized_while_another_is_there()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model(3);
        var whole = Toy.Batch(3, size: 2);
        var batch = new MultimodalBatch(
            whole.Inputs, whole.Targets, new PresenceMask(new[,] { { true, false, false }, { true, false, false } }));
        var toy = new ToyTeachers(3).For(batch);
        var teachers = new TeacherOutputs(toy.Representations, toy.Logits, [0.5, double.NaN, double.NaN]);

        var report = new G2D(new G2DOptions { PhaseEpochs = [1, 1] })
            .ComputeGradients(new TrainingStep(model, Toy.Task, batch, epoch: 1, teachers: teachers));

        report["prioritized"][0].Should().Be(0);
        model.Encoder(0).parameters().Should().OnlyContain(p => p.grad!.abs().sum().item<float>() > 0);
    }
}
