using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Training;

/// <summary>A schedule that watches a loss watches that of the validation data, which here rises while that of training
/// falls.</summary>
public sealed class ValidationScheduleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_rate_falls_with_the_validation_in_a_whole_run_and_in_a_resumed_one()
    {
        using var scope = NewDisposeScope();
        string path = Path.Combine(_folder.Path, "run.checkpoint");

        var (result, whole) = Fit(6, saveAt: 3, path);
        var (_, resumed) = Fit(6, resumeFrom: path);

        result.Epochs.Zip(result.Epochs.Skip(1)).Should().OnlyContain(
            pair => pair.Second.Loss < pair.First.Loss && pair.Second.Validation!.Loss > pair.First.Validation!.Loss);
        whole.Should().HaveCount(6).And.BeInDescendingOrder().And.OnlyHaveUniqueItems();
        resumed.Should().Equal(whole.TakeLast(resumed.Count)).And.HaveCount(2);
    }

    /// <returns>The result, and the rate at the end of each epoch.</returns>
    private static (TrainingResult Result, List<double> Rates) Fit(
        int epochs, int? saveAt = null, string? path = null, string? resumeFrom = null)
    {
        using var model = Toy.Model();
        TrainingRun? run = null;
        var rates = new List<double>();
        var watch = new Hooks
        {
            FitStart = started => run = started,
            EpochEnd = summary =>
            {
                rates.Add(run!.LearningRates[0]);
                if (summary.Epoch == saveAt)
                {
                    run.Save(path!);
                }
            },
        };
        var options = Toy.Options(epochs) with
        {
            Scheduler = made => optim.lr_scheduler.ReduceLROnPlateau(made, factor: 0.9, patience: 0, threshold: 1e-6),
            ResumeFrom = resumeFrom,
            Callbacks = [watch],
        };
        var data = Toy.Data();
        var batch = Toy.Batch(size: 48);
        var wrong = new MultimodalBatch(batch.Inputs, (batch.Targets + 1).remainder(Toy.Classes));
        var result = new Trainer(model, Toy.Task, new JointTraining(), options)
            .Fit(data.InOrder(16), BatchSource.From(new[] { wrong }));
        return (result, rates);
    }
}
