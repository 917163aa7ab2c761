using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Support;

/// <summary>What observers are told, without a training.</summary>
internal static class Runs
{
    /// <summary>A run that starts at a position, of a model with the modalities m0 and m1.</summary>
    public static TrainingRun At(int epoch = 0, long step = 0, bool hasValidation = true)
    {
        var run = new TrainingRun(
            Toy.Model(), Toy.Task, new JointTraining(), Toy.Options(10), Toy.Data(samples: 64).InOrder(16), hasValidation);
        for (long done = 0; done < step; done++)
        {
            run.EndStep(batches: 1);
        }

        for (int done = 0; done < epoch; done++)
        {
            run.EndEpoch(validation: null, () => { });
        }

        return run;
    }

    /// <summary>Gives a callback a run, as the trainer does.</summary>
    public static void StartAt(this TrainingCallback callback, TrainingRun run)
    {
        callback.Attach(run);
        callback.OnFitStart();
    }

    /// <summary>Makes a step and tells an observer of it.</summary>
    /// <returns>The report, with a figure per modality.</returns>
    public static StepReport Step(TrainingCallback observer, long index, string figure = "figure")
    {
        using var scope = NewDisposeScope();
        var loss = tensor(index / 3.0);
        var report = new StepReport(loss, loss * 2).Add(figure, stack([loss + 1, full_like(loss, double.NaN)]));
        observer.OnStep(new TrainingStep(Toy.Model(), Toy.Task, Toy.Batch(), (int)(index / 4), index), report);
        return report;
    }

    /// <summary>An epoch with two modalities' validation.</summary>
    public static EpochSummary Epoch(int epoch, double accuracy = 0.5) => new(
        epoch, 0.25, TimeSpan.FromSeconds(1.5), 2, default, new EvaluationResult(
            Scores(accuracy) with { Loss = 0.125 }, [Scores(accuracy / 2), Scores(accuracy / 4)]));

    private static ClassificationScores Scores(double accuracy) => new(8, accuracy, accuracy / 8);
}
