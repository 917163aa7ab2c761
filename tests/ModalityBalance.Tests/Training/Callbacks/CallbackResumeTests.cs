using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>What callbacks leave of a run that was interrupted and resumed is what they leave of a whole one.</summary>
public sealed class CallbackResumeTests : IDisposable
{
    private const int StepsPerEpoch = 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2 * StepsPerEpoch, "at the end of an epoch")]
    [InlineData((2 * StepsPerEpoch) + 1, "in an epoch")]
    public void Logs_of_a_resumed_run_equal_those_of_a_whole_one(int steps, string because)
    {
        Train("whole");
        Train("parts", cancelAfter: steps + 3, saveEvery: steps);
        Train("parts", resumeFrom: steps);

        Text("parts", "steps.csv").Should().Be(Text("whole", "steps.csv"), because);
        Text("parts", "epochs.csv").Should().Be(Text("whole", "epochs.csv"), because);
    }

    [Fact]
    public void Early_stopping_waits_no_longer_after_it_was_resumed()
    {
        var whole = Train("whole", patience: 3)!;
        whole.Epochs.Should().HaveCountLessThan(40);

        Train("parts", patience: 3, cancelAfter: (whole.Epochs.Count - 1) * StepsPerEpoch);
        var resumed = Train("parts", patience: 3, resumeFrom: (whole.Epochs.Count - 1) * StepsPerEpoch)!;

        resumed.StopReason.Should().Be(whole.StopReason).And.NotBeNull();
        resumed.Epochs.Should().HaveSameCount(whole.Epochs);
    }

    private TrainingResult? Train(
        string name, int? cancelAfter = null, int? resumeFrom = null, int saveEvery = 1, int patience = 4)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        using var cancellation = new CancellationTokenSource();
        string folder = Path.Combine(_folder.Path, name);
        var saved = new CheckpointOptions { EverySteps = saveEvery, EveryEpochs = int.MaxValue, Keep = 1000 };
        var options = Toy.Options(epochs: 40) with
        {
            ResumeFrom = resumeFrom is { } step ? Path.Combine(folder, $"step-{step:D12}.checkpoint") : null,
            Callbacks =
            [
                new CsvStepLog(Path.Combine(folder, "steps.csv"), everySteps: 2),
                new CsvEpochLog(Path.Combine(folder, "epochs.csv")),
                new EarlyStopping(patience),
                new Hooks
                {
                    Step = (step, _) =>
                    {
                        if (step.Index + 1 == cancelAfter)
                        {
                            cancellation.Cancel();
                        }
                    },
                },
                new CheckpointWriter(folder, saved),
            ],
        };
        var trainer = new Trainer(model, Toy.Task, new MMPareto(), options);
        try
        {
            return trainer.Fit(Toy.Data().Shuffled(16, 3), Toy.Data(seed: 8).InOrder(32), cancellation.Token);
        }
        catch (OperationCanceledException) when (cancelAfter is not null)
        {
            return null;
        }
    }

    /// <summary>A log without its times.</summary>
    private string Text(string name, string file) => string.Join('\n', File
        .ReadLines(Path.Combine(_folder.Path, name, file))
        .Select(line => line.Split(',').Where((_, column) => file != "epochs.csv" || column != 2))
        .Select(cells => string.Join(',', cells)));
}
