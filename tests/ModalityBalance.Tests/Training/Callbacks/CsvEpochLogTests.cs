using ModalityBalance.Tests.Support;
using ModalityBalance.Training;

namespace ModalityBalance.Tests.Training;

public sealed class CsvEpochLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "epochs.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_holds_an_epoch_and_its_validation()
    {
        var log = new CsvEpochLog(File);
        log.StartAt(Runs.At());
        log.OnEpochEnd(Runs.Epoch(0));

        System.IO.File.ReadAllLines(File).Should().Equal(
            "epoch,loss,seconds,skipped_steps,validation_loss,validation_accuracy,validation_macro_f1,"
            + "validation_accuracy_m0,validation_macro_f1_m0,validation_accuracy_m1,validation_macro_f1_m1",
            "0,0.25,1.5,2,0.125,0.5,0.0625,0.25,0.03125,0.125,0.015625");
    }

    [Fact]
    public void Without_validation_a_row_holds_the_training_alone()
    {
        var log = new CsvEpochLog(File);
        log.StartAt(Runs.At());
        log.OnEpochEnd(Runs.Epoch(0) with { Validation = null });

        System.IO.File.ReadAllLines(File).Should().Equal("epoch,loss,seconds,skipped_steps", "0,0.25,1.5,2");
    }

    [Fact]
    public void A_resumed_run_goes_on_with_the_epoch_under_way()
    {
        var first = new CsvEpochLog(File);
        first.StartAt(Runs.At());
        for (int epoch = 0; epoch < 4; epoch++)
        {
            first.OnEpochEnd(Runs.Epoch(epoch));
        }

        var second = new CsvEpochLog(File);
        second.StartAt(Runs.At(epoch: 2, step: 9));
        second.OnEpochEnd(Runs.Epoch(2));

        System.IO.File.ReadLines(File).Select(line => line.Split(',')[0]).Should().Equal("epoch", "0", "1", "2");
    }

    [Fact]
    public void Wrong_use_is_refused()
    {
        FluentActions.Invoking(() => new CsvEpochLog("")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new CsvEpochLog("x").OnEpochEnd(Runs.Epoch(0)))
            .Should().Throw<InvalidOperationException>().WithMessage("CsvEpochLog must be given to a trainer*");
    }
}
