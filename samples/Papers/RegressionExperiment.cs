using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>G2D, Table 3: regression from an image and a table. The task was made to show the effect: a number in (0, 1) stands
/// in the table under noise, and in the image exactly, as the height of a spot among others, which takes longer to
/// learn.</summary>
internal static class RegressionExperiment
{
    private const int Train = 1600;
    private const int Test = 800;
    private const int Few = 64;
    private const int Side = 16;
    private const int Columns = 6;
    private const int Width = 64;
    private const int Epochs = 16;
    private const int BatchSize = 64;
    private const double LearningRate = 2e-3;

    private static readonly RegressionTask Task = new(sigmoid: true);

    /// <summary>Trains the teachers, joint training and G2D with every seed.</summary>
    public static ResultTable Run(RunRequest request) => new(
        ["MAPE in %", "R2"],
        new ExperimentRuns(request, "regression").Of(["image", "table", "joint", "g2d"], seed => Scores(request, seed)));

    private static double[][] Scores(RunRequest request, int seed)
    {
        using var scope = NewDisposeScope();
        var (train, test) = Samples(request, seed);
        int epochs = request.IsQuick ? 2 : Epochs;
        var options = new TrainerOptions
        {
            Epochs = epochs,
            Optimizer = network => optim.Adam(network.Root.parameters(), LearningRate),
        };
        random.manual_seed(1000L * seed);
        using var teachers = new UnimodalEnsemble(Encoders(), outputs: 1);
        new UnimodalTeacherTrainer(teachers, Task, options).Fit(train.Shuffled(BatchSize, seed), null, request.Cancellation);
        var students = new TaughtStudents(Task, train, test, options, BatchSize, request.Cancellation);
        var scores = students.Scores(
            seed,
            teachers,
            () => new MultimodalModel(Encoders(), widths => new LateFusion(widths, 1)),
            [() => new JointTraining(), () => new G2D(new G2DOptions { PhaseEpochs = [epochs / 2] })]);
        return [.. students.Evaluate(teachers).Unimodal!.Concat(scores).Select(Figures)];
    }

    private static ModalityEncoder[] Encoders() => [new("image", new SmallCnn()), new("table", new Mlp(Columns, Width, Width))];

    private static double[] Figures(TaskScores scores) => scores is RegressionScores regression
        ? [100 * regression.MeanAbsolutePercentageError, regression.R2]
        : throw new InvalidOperationException($"A regression must have the scores of one, but has {scores.GetType().Name}.");

    private static (MultimodalDataset Train, MultimodalDataset Test) Samples(RunRequest request, int seed)
    {
        random.manual_seed(seed);
        return (Samples(request.IsQuick ? Few : Train), Samples(request.IsQuick ? Few : Test));
    }

    private static MultimodalDataset Samples(int count)
    {
        var value = 0.1 + (0.8 * rand(count));
        var table = value.unsqueeze(1) + (0.25 * randn(count, Columns));
        var rows = arange(Side, ScalarType.Float32).reshape(1, -1, 1);
        var columns = arange(Side, ScalarType.Float32).reshape(1, 1, -1);
        var image = 0.3 * randn(count, Side, Side);

        // The bright spot stands at the height of the value, three dark ones anywhere.
        foreach (double brightness in new[] { 1.0, -0.7, -0.7, -0.7 })
        {
            var height = (Side - 1) * (brightness > 0 ? value : rand(count)).reshape(-1, 1, 1);
            var place = (Side - 1) * rand(count, 1, 1);
            image += brightness * (-((rows - height).square() + (columns - place).square()) / 2).exp();
        }

        return new MultimodalDataset([image.unsqueeze(1), table], value, Task);
    }
}
