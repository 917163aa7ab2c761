using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Strategies;

/// <summary>Settings that make no sense are refused when the strategy is built, or by the pre-flight check.</summary>
public class OptionTests
{
    public static TheoryData<Func<IGradientStrategy>, string> Impossible => new()
    {
        { () => new MMPareto(new MMParetoOptions { Gamma = 0 }), "*Gamma*above 0, but is 0*" },
        { () => new MMPareto(new MMParetoOptions { Gamma = double.NaN }), "*Gamma*NaN*" },
        { () => new MMPareto(new MMParetoOptions { Rescale = (MMParetoRescale)9 }), "*Rescale*9*" },
        { () => new I2MCL(new I2MCLOptions { Gamma = 1.1 }), "*Gamma*[0, 1], but is 1.1*" },
        { () => new I2MCL(new I2MCLOptions { Beta = -1 }), "*Beta*at least 0, but is -1*" },
        { () => new I2MCL(new I2MCLOptions { DistillationScale = 0 }), "*DistillationScale*above 0, but is 0*" },
        { () => new I2MCL(new I2MCLOptions { Schedule = (I2MCLSchedule)99 }), "*Schedule*99*" },
        { () => new G2D(new G2DOptions { Temperature = 0 }), "*Temperature*above 0, but is 0*" },
        { () => new G2D(new G2DOptions { FeatureWeight = -1 }), "*FeatureWeight*at least 0, but is -1*" },
        { () => new G2D(new G2DOptions { LogitWeight = double.PositiveInfinity }), "*LogitWeight*" },
        { () => new G2D(new G2DOptions { PhaseEpochs = [3, 0] }), "*PhaseEpochs*at least 1*[3, 0]*" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Impossible_options_are_refused(Func<IGradientStrategy> build, string message) =>
        build.Should().Throw<ArgumentException>().WithMessage(message);

    [Fact]
    public void Schedules_that_do_not_fit_are_found_before_training()
    {
        using var model = Toy.Model();
        var phases = new G2D(new G2DOptions { PhaseEpochs = [2, 2] });
        var late = new G2D(new G2DOptions { PhaseEpochs = [9] });
        using var task = new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Fixed, TaskModality = 2 });

        TrainingValidator.Findings(model, Toy.Task, phases, null, epochs: 3).Should().HaveCount(3).And
            .ContainMatch("*needs unimodal teachers*").And
            .ContainMatch("*1 phases for 2 modalities, but holds 2*").And
            .ContainMatch("*within the 3 epochs*last 4*");
        TrainingValidator.Findings(model, Toy.Task, late, new ToyTeachers(2), epochs: 8).Should().ContainSingle();
        TrainingValidator.Findings(model, Toy.Task, task, new ToyTeachers(2), epochs: 8)
            .Should().ContainSingle().Which.Should().Contain("TaskModality");
    }

    [Fact]
    public void Teachers_of_another_width_are_named()
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [new ModalityEncoder("a", new Mlp(6, 4)), new ModalityEncoder("b", new Mlp(7, 4))],
            new LateFusion([4, 4], Toy.Classes));
        var batch = Toy.Batch();
        var step = new TrainingStep(
            model, Toy.Task, batch, teachers: new ToyTeachers(2).For(batch));

        new G2D().Invoking(s => s.ComputeGradients(step))
            .Should().Throw<ArgumentException>().WithMessage("*teacher of 'a'*[8, 4]*[8, 5]*");
    }

    [Fact]
    public void Without_teachers_the_sentence_says_so()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();

        new G2D().Invoking(s => s.ComputeGradients(new TrainingStep(model, Toy.Task, Toy.Batch())))
            .Should().Throw<InvalidOperationException>().WithMessage("*teacher outputs, but has none*");
    }

    [Fact]
    public void A_run_in_which_ties_decide_says_so()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var strategy = new I2MCL();
        // A model that is its own teacher has nothing to distill: every alpha is 1.
        var options = Toy.Options() with { Teachers = new Echo(model) };

        var result = new Trainer(model, Toy.Task, strategy, options).Fit(Toy.Data().InOrder(16));

        result.Warnings.Should().ContainSingle().Which.Should().Contain("tied in 100").And.Contain("DistillationScale");
    }

    [Fact]
    public void Teachers_that_share_modules_with_the_student_are_rejected()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var options = Toy.Options() with { Teachers = new OnlineTeachers(model, Toy.Task) };

        FluentActions.Invoking(() => new Trainer(model, Toy.Task, new G2D(), options)).Should().Throw<ArgumentException>()
            .WithMessage("Teachers must not share modules or parameters with the student, but share encoder_m0*use copies.");
    }

    private sealed class Echo(MultimodalModel model) : ITeacherSource
    {
        public TeacherOutputs For(MultimodalBatch batch)
        {
            using var noGrad = no_grad();
            var representations = batch.Inputs.Select((input, m) => model.Encode(m, input)).ToArray();
            return new TeacherOutputs(
                representations,
                [.. representations.Select((z, m) => model.PredictUnimodal(m, z))],
                [.. representations.Select(_ => 0.5)]);
        }
    }
}
