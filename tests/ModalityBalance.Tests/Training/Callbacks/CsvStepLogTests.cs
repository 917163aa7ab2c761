using System.Globalization;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

public sealed class CsvStepLogTests : IDisposable
{
    private const string Header = "epoch,step,loss,task_loss,figure_m0,figure_m1";

    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "logs", "steps.csv");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_row_holds_the_figures_of_its_step_in_digits_that_lose_nothing()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = { NumberDecimalSeparator = "," },
            };
            Log(steps: 2, everySteps: 1);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Lines().Should().Equal(
            Header,
            "0,0,0,0,1,NaN",
            "0,1,0.3333333333333333,0.6666666666666666,1.3333333333333333,NaN");
    }

    [Fact]
    public void The_device_is_read_in_no_step_without_a_row()
    {
        var log = new CsvStepLog(File, everySteps: 3);
        log.StartAt(Runs.At());

        var reads = Enumerable.Range(0, 8).Select(step => Runs.Step(log, step).IsRead).ToArray();

        reads.Should().Equal(true, false, false, true, false, false, true, false);
        Steps().Should().Equal(0, 3, 6);
    }

    [Fact]
    public void Every_row_is_there_at_once_and_the_file_is_in_nobodys_hands()
    {
        var log = new CsvStepLog(File, 1);
        log.StartAt(Runs.At());

        for (int step = 0; step < 3; step++)
        {
            Runs.Step(log, step);
            Steps().Should().HaveCount(step + 1);
        }

        System.IO.File.Move(File, File + ".moved");
    }

    [Theory]
    [InlineData(5, new[] { 0L, 1, 2, 3, 4, 5, 6 }, "the rows from the checkpoint on are written again")]
    [InlineData(9, new[] { 0L, 1, 2, 3, 4, 5, 6, 9, 10 }, "nothing was written after the checkpoint")]
    public void A_resumed_run_goes_on_without_a_row_twice(int start, long[] steps, string because)
    {
        Log(steps: 7, everySteps: 1);
        System.IO.File.AppendAllText(File, "1,7,0.33");

        Log(steps: 2, everySteps: 1, start);

        Steps().Should().Equal(steps, because);
        Lines().Should().StartWith(Header).And.OnlyHaveUniqueItems("there is one header");
    }

    [Fact]
    public void A_file_torn_in_its_header_is_begun_anew()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "epoch,st");

        Log(steps: 1, everySteps: 1, start: 4);

        Lines().Should().HaveCount(2).And.StartWith(Header);
    }

    [Fact]
    public void A_new_run_begins_the_file_anew()
    {
        Log(steps: 7, everySteps: 1, figure: "other");

        Log(steps: 2, everySteps: 1);

        Lines().Should().HaveCount(3).And.StartWith(Header);
    }

    [Fact]
    public void Other_columns_are_refused()
    {
        Log(steps: 3, everySteps: 1);

        FluentActions.Invoking(() => Log(steps: 1, everySteps: 1, start: 3, figure: "other"))
            .Should().Throw<InvalidDataException>().WithMessage($"*steps.csv*other_m0*, but are '{Header}'*");
        Steps().Should().Equal(0, 1, 2);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", 1)]
    [InlineData("epoch,step\n0,0\n0\n", 3)]
    [InlineData("epoch,step\n0,zero\n", 2)]
    public void A_file_that_is_no_log_is_left_as_it_was(string text, int line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, text);

        FluentActions.Invoking(() => new CsvStepLog(File).StartAt(Runs.At(step: 3)))
            .Should().Throw<InvalidDataException>().WithMessage($"*steps.csv*column 'step'*line {line} has none*");
        System.IO.File.ReadAllText(File).Should().Be(text);
    }

    [Fact]
    public void Names_with_commas_and_quotes_stay_one_cell()
    {
        Log(steps: 2, everySteps: 1, figure: "a,\"b\"");
        Log(steps: 1, everySteps: 1, start: 2, figure: "a,\"b\"");

        Lines().Should().HaveCount(4).And.StartWith("epoch,step,loss,task_loss,\"a,\"\"b\"\"_m0\",\"a,\"\"b\"\"_m1\"");
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named_before_training()
    {
        string file = Path.Combine(_folder.Path, "file");
        System.IO.File.WriteAllText(file, "");

        new CsvStepLog(Path.Combine(file, "steps.csv")).Invoking(log => log.StartAt(Runs.At()))
            .Should().Throw<IOException>().WithMessage($"path must be a place that can be written, but '{file}*");
        FluentActions.Invoking(() => new CsvStepLog("x", everySteps: 0))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("everySteps ('0')*");
        FluentActions.Invoking(() => new CsvStepLog(" ")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Runs.Step(new CsvStepLog("x"), 0))
            .Should().Throw<InvalidOperationException>().WithMessage("*must be given to a trainer to have a run*");
    }

    [Fact]
    public void A_training_is_logged_with_the_rates_of_its_steps()
    {
        Train(Toy.Options() with
        {
            Scheduler = optimizer => optim.lr_scheduler.StepLR(optimizer, 5, 0.5),
            SchedulerInterval = SchedulerInterval.Step,
            WarmUpSteps = 4,
            Callbacks = [new CsvStepLog(File, everySteps: 5), new CsvStepLog(File + ".all", everySteps: 1)],
        });

        Steps().Should().Equal(0, 5, 10, 15);
        Lines()[0].Split(',').Should().StartWith(["epoch", "step", "learning_rate", "loss", "task_loss"])
            .And.OnlyHaveUniqueItems();
        // A quarter, a half, three quarters of 0.02 while it warms up; halved after every fifth step.
        System.IO.File.ReadLines(File + ".all").Skip(1).Take(7)
            .Select(line => double.Parse(line.Split(',')[2], CultureInfo.InvariantCulture))
            .Should().Equal(0.005, 0.01, 0.015, 0.02, 0.02, 0.01, 0.01);
    }

    [Fact]
    public void Every_parameter_group_has_its_rate()
    {
        Train(Toy.Options(epochs: 1) with
        {
            Optimizer = model => optim.SGD(
                [
                    new SGD.ParamGroup(model.EncoderParameters(0), lr: 0.5),
                    new SGD.ParamGroup(model.EncoderParameters(1).Concat(model.SharedParameters()), lr: 0.25),
                ],
                0.02),
            Callbacks = [new CsvStepLog(File, everySteps: 5)],
        });

        Lines()[0].Should().StartWith("epoch,step,learning_rate_0,learning_rate_1,loss");
        Lines()[1].Should().StartWith("0,0,0.5,0.25,");
    }

    private static void Train(TrainerOptions options)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        new Trainer(model, Toy.Task, new MMPareto(), options).Fit(Toy.Data().Shuffled(16, 3));
    }

    private void Log(int steps, int everySteps, int start = 0, string figure = "figure")
    {
        var log = new CsvStepLog(File, everySteps);
        log.StartAt(Runs.At(step: start));
        for (int step = start; step < start + steps; step++)
        {
            Runs.Step(log, step, figure);
        }
    }

    private string[] Lines() => System.IO.File.ReadAllLines(File);

    private long[] Steps() =>
        Lines().Skip(1).Select(line => long.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).ToArray();
}
