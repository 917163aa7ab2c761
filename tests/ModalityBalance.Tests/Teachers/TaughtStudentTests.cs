using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Teachers;

/// <summary>Students of cached and of online teachers.</summary>
public class TaughtStudentTests
{
    private static readonly Dictionary<string, Func<IGradientStrategy>> Strategies = new()
    {
        ["G2D"] = () => new G2D(new G2DOptions { PhaseEpochs = [2] }),
        ["G2D per set"] = () => new G2D(new G2DOptions { PhaseEpochs = [2], Ranking = G2DRanking.PerSet }),
        ["I2MCL"] = () => new I2MCL(),
    };

    [Theory]
    [InlineData("G2D", true)]
    [InlineData("G2D", false)]
    [InlineData("G2D per set", true)]
    [InlineData("I2MCL", true)]
    [InlineData("I2MCL", false)]
    public void Teachers_stay_bit_identical_through_200_steps_of_a_student(string strategy, bool cached)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data(samples: 80);
        using var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(32));
        using var student = Toy.Model();
        var before = Taught.Bits(teachers);
        int steps = 0;
        var watch = new Hooks { Step = (_, _) => steps++ };
        var options = Toy.Options(epochs: 20) with
        {
            Teachers = cached ? cache : new OnlineTeachers(teachers, Toy.Task),
            Callbacks = [watch],
        };

        new Trainer(student, Toy.Task, Strategies[strategy](), options).Fit(data.Shuffled(8, 1));

        steps.Should().Be(200);
        Taught.Bits(teachers).Should().BeEquivalentTo(before);
        teachers.modules().Should().OnlyContain(part => part.training, "that is how they came");
    }

    [Theory]
    [InlineData("G2D")]
    [InlineData("I2MCL")]
    public void Cached_and_online_teachers_give_the_same_gradients(string strategy)
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers();
        var data = Toy.Data();
        using var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(32));
        var batch = data.Select([40, 3, 77, 12, 5]);

        var cached = Gradients(cache, batch, strategy);
        var online = Gradients(new OnlineTeachers(teachers, Toy.Task), batch, strategy);

        // The cache was written in batches of another size, whose products may be summed in another order.
        cached.Zip(online).Should().OnlyContain(pair => pair.First.allclose(pair.Second, 1e-5, 1e-6));
        cached.Should().Contain(gradient => gradient.abs().max().item<float>() > 1e-3);
    }

    [Fact]
    public void Teachers_of_another_width_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = new UnimodalEnsemble(
            [new ModalityEncoder("m0", nn.Linear(6, 4)), new ModalityEncoder("m1", nn.Linear(7, 4))],
            [nn.Linear(4, Toy.Classes), nn.Linear(4, Toy.Classes)]);
        var data = Toy.Data();
        using var cache = TeacherCache.Open(Taught.Cache(folder, teachers, data), teachers, data.InOrder(32));
        using var student = Toy.Model();
        var trainer = new Trainer(student, Toy.Task, new G2D(), Toy.Options() with { Teachers = cache });

        trainer.Invoking(t => t.Fit(data.Shuffled(16, 1)))
            .Should().Throw<ArgumentException>().WithMessage("*teacher of 'm0'*[16, 5]*gave*[16, 4]*");
    }

    private static Tensor[] Gradients(ITeacherSource teachers, MultimodalBatch batch, string strategy)
    {
        var student = Toy.Model();
        var step = new TrainingStep(student, Toy.Task, batch, teachers: teachers.For(batch));
        Strategies[strategy]().ComputeGradients(step);
        return student.parameters().Select(parameter => parameter.grad ?? zeros(1)).ToArray();
    }
}
