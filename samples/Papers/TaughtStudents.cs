using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>Students that learn beside or from unimodal teachers, on a task that was made up.</summary>
/// <param name="task">The learning task.</param>
/// <param name="train">What to train on.</param>
/// <param name="test">What to score on.</param>
/// <param name="options">How they are trained.</param>
/// <param name="batchSize">Samples per step.</param>
/// <param name="cancellation">Ends the training.</param>
internal sealed class TaughtStudents(
    LearningTask task,
    MultimodalDataset train,
    MultimodalDataset test,
    TrainerOptions options,
    int batchSize,
    CancellationToken cancellation)
{
    /// <summary>Trains a student by each strategy.</summary>
    /// <param name="seed">Of weights and batches.</param>
    /// <param name="teachers">Trained.</param>
    /// <param name="make">Makes an untrained student.</param>
    /// <param name="strategies">Make the strategies.</param>
    /// <returns>The test scores of each student's fused prediction.</returns>
    public IReadOnlyList<TaskScores> Scores(
        int seed, UnimodalEnsemble teachers, Func<MultimodalModel> make, IEnumerable<Func<GradientStrategy>> strategies)
    {
        return [.. strategies.Select(Score)];

        TaskScores Score(Func<GradientStrategy> makeStrategy)
        {
            using var strategy = makeStrategy();
            random.manual_seed((1000L * seed) + 500);
            using var student = make();
            new Trainer(student, task, strategy, options with { Teachers = new OnlineTeachers(teachers, task) })
                .Fit(train.Shuffled(batchSize, seed), null, cancellation);
            return Evaluate(student).Fused;
        }
    }

    /// <summary>Scores a network on the test data.</summary>
    public EvaluationResult Evaluate(IMultimodalModel network) =>
        Evaluator.Evaluate(network, task, test.InOrder((int)test.Count), CPU, cancellation);
}
