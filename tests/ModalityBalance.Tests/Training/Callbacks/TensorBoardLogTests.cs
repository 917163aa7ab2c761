using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public sealed class TensorBoardLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Run => Path.Combine(_folder.Path, "run");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Steps_and_epochs_become_curves()
    {
        var log = new TensorBoardLog(Run, everySteps: 1);
        log.StartAt(Runs.At());
        Runs.Step(log, 3);
        log.OnEpochEnd(Runs.Epoch(2));

        Points().Should().Equal(
            ("train/loss", 3, 1f),
            ("train/task_loss", 3, 2f),
            ("train/figure_m0", 3, 2f),
            ("train/figure_m1", 3, float.NaN),
            ("epoch/loss", 2, 0.25f),
            ("validation/loss", 2, 0.125f),
            ("validation/accuracy", 2, 0.5f),
            ("validation/macro_f1", 2, 0.0625f),
            ("validation/m0/accuracy", 2, 0.25f),
            ("validation/m0/macro_f1", 2, 0.03125f),
            ("validation/m1/accuracy", 2, 0.125f),
            ("validation/m1/macro_f1", 2, 0.015625f));
    }

    [Fact]
    public void The_device_is_read_in_no_step_without_a_point()
    {
        var log = new TensorBoardLog(Run, everySteps: 4);
        log.StartAt(Runs.At());

        Enumerable.Range(0, 9).Select(step => Runs.Step(log, step).IsRead)
            .Should().Equal(true, false, false, false, true, false, false, false, true);
        Points().Where(point => point.Tag == "train/loss").Select(point => point.Step).Should().Equal(0, 4, 8);
    }

    [Fact]
    public void Each_training_adds_a_file_to_the_folder()
    {
        new TensorBoardLog(Run).StartAt(Runs.At());
        new TensorBoardLog(Run).StartAt(Runs.At(epoch: 1, step: 4));

        Directory.GetFiles(Run).Should().HaveCount(2);
    }

    [Fact]
    public void A_training_is_logged()
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        var options = Toy.Options(epochs: 3) with { Callbacks = [new TensorBoardLog(Run, everySteps: 5)] };

        var result = new Trainer(model, Toy.Task, new MMPareto(), options)
            .Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32));

        var curves = Points().ToLookup(point => point.Tag);
        curves["train/loss"].Select(point => point.Step).Should().Equal(0, 5, 10, 15);
        curves["train/learning_rate"].Select(point => point.Value).Should().Equal(0.02f, 0.02f, 0.02f, 0.02f);
        curves["epoch/loss"].Select(point => point.Value).Should().Equal(result.Epochs.Select(e => (float)e.Loss));
        curves["validation/m1/accuracy"].Select(point => point.Value)
            .Should().Equal(result.Epochs.Select(e => (float)e.Validation!.Unimodal![1].Primary));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_before_training()
    {
        string file = Path.Combine(_folder.Path, "file");
        File.WriteAllText(file, "");

        new TensorBoardLog(file).Invoking(log => log.StartAt(Runs.At()))
            .Should().Throw<IOException>()
            .WithMessage($"folder must be a place that can be written, but '{file}' is not*");
        FluentActions.Invoking(() => new TensorBoardLog(Run, everySteps: -1))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("everySteps ('-1')*");
        FluentActions.Invoking(() => new TensorBoardLog("")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Runs.Step(new TensorBoardLog(Run), 0))
            .Should().Throw<InvalidOperationException>().WithMessage("*must be given to a trainer to have a run*");
    }

    private IEnumerable<(string Tag, long Step, float Value)> Points() =>
        EventFile.Read(Directory.GetFiles(Run).Single()).Skip(1).Select(entry => (entry.Tag!, entry.Step, entry.Value));
}
