using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>Unimodal teachers and the students that learn beside or from them, on a task that was made up.</summary>
/// <param name="task">The learning task.</param>
/// <param name="train">What to train on.</param>
/// <param name="test">What to score on.</param>
/// <param name="options">How teachers and students are trained.</param>
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
    /// <summary>Trains the teachers, and then a student by each strategy.</summary>
    /// <param name="seed">Of weights and batches.</param>
    /// <param name="makeTeachers">Makes the untrained teachers.</param>
    /// <param name="makeStudent">Makes an untrained student.</param>
    /// <param name="strategies">Make the strategies.</param>
    /// <returns>The test scores of each teacher, and then of each student's fused prediction.</returns>
    public IReadOnlyList<TaskScores> Scores(
        int seed,
        Func<UnimodalEnsemble> makeTeachers,
        Func<MultimodalModel> makeStudent,
        IEnumerable<Func<GradientStrategy>> strategies)
    {
        random.manual_seed(1000L * seed);
        using var teachers = makeTeachers();
        new UnimodalTeacherTrainer(teachers, task, options).Fit(train.Shuffled(batchSize, seed), null, cancellation);
        return [.. Evaluate(teachers).Unimodal!, .. strategies.Select(OfStudent)];

        TaskScores OfStudent(Func<GradientStrategy> makeStrategy)
        {
            using var strategy = makeStrategy();
            random.manual_seed((1000L * seed) + 500);
            using var student = makeStudent();
            new Trainer(student, task, strategy, options with { Teachers = new OnlineTeachers(teachers, task) })
                .Fit(train.Shuffled(batchSize, seed), null, cancellation);
            return Evaluate(student).Fused;
        }
    }

    private EvaluationResult Evaluate(IMultimodalModel network) =>
        Evaluator.Evaluate(network, task, test.InOrder((int)test.Count), CPU, cancellation);
}
