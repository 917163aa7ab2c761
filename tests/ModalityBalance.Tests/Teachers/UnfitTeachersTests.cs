using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Teachers;

/// <summary>Teachers that nobody can learn from.</summary>
public class UnfitTeachersTests
{
    [Fact]
    public void Predictions_that_are_not_finite_are_not_cached()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = Taught.Teachers(outputs: 1);
        using (no_grad())
        {
            teachers.Head(1).parameters().Last().fill_(double.PositiveInfinity);
        }

        var task = new RegressionTask();
        var data = new MultimodalDataset(Toy.Batch(size: 20).Inputs, rand(20), task);

        ((Action)(() => Taught.Cache(folder, teachers, data, task))).Should().Throw<ArgumentException>()
            .WithMessage("The teacher of 'm1' must give finite outputs, but its prediction is not finite for sample 0.");
        Directory.GetFiles(folder.Path).Should().BeEmpty();
    }

    [Fact]
    public void Representations_that_are_not_finite_are_not_cached()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var teachers = new UnimodalEnsemble(
            [new ModalityEncoder("m0", nn.Linear(6, 5)), new ModalityEncoder("m1", nn.Linear(7, 5))],
            [nn.Sequential(nn.ReLU(), nn.Linear(5, 3)), nn.Sequential(nn.ReLU(), nn.Linear(5, 3))]);
        using (no_grad())
        {
            teachers.Encoder(0).parameters().Last().fill_(double.NegativeInfinity);
        }

        ((Action)(() => Taught.Cache(folder, teachers, Toy.Data(samples: 20)))).Should().Throw<ArgumentException>()
            .WithMessage("The teacher of 'm0' must give finite outputs, but its representation is not finite*");
    }

    [Fact]
    public void Modules_that_are_shared_or_missing_are_refused()
    {
        using var scope = NewDisposeScope();
        var shared = nn.Linear(6, 5);

        ((Action)(() => _ = new UnimodalEnsemble(
            [new ModalityEncoder("a", shared), new ModalityEncoder("b", shared)], [nn.Linear(5, 3), nn.Linear(5, 3)])))
            .Should().Throw<ArgumentException>().WithMessage("*must share nothing*");
        ((Action)(() => _ = new UnimodalEnsemble(
            [new ModalityEncoder("a", shared), new ModalityEncoder("b", nn.Linear(7, 5))], [nn.Linear(5, 3), null!])))
            .Should().Throw<ArgumentNullException>().WithParameterName("heads");
    }
}
