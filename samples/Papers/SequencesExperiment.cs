using AudioVisualDigits.Experiments;
using AudioVisualDigits.Results;
using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>Three modalities (MMPareto, Table 7), every pair of them (G2D, Table 2), the gradients (MMPareto, Figure 4) and the
/// curriculum (I2MCL, Figure 3) of three modalities, on made-up sequences.</summary>
internal static class SequencesExperiment
{
    private const int Epochs = 12;
    private const int BatchSize = 64;
    private const double LearningRate = 1e-3;
    private const int EvaluationBatch = 400;

    private static readonly int[][] Pairs = [[0, 1], [0, 2], [1, 2]];
    private static readonly int[] All = [0, 1, 2];

    /// <summary>Trains the methods of MMPareto's comparison on all modalities.</summary>
    public static ResultTable Triple(RunRequest request) => new(
        ["fused", .. SequencesTask.Modalities.Select(modality => $"{modality} probe")],
        [
            .. new[] { "unimodal", "joint", "uniform", "ogm-ge", "agm", "pmr", "mmpareto" }
                .Select(strategy => new ResultRow(strategy, Scores(request, SequencesTask.Task, strategy, All))),
        ]);

    /// <summary>Trains a method on the sentiment of all modalities; the accuracies of its sign.</summary>
    public static IReadOnlyList<Statistic?> Sentiment(RunRequest request, string strategy) =>
        Scores(request, SequencesTask.Sentiment, strategy, All);

    /// <summary>Trains the methods of G2D's comparison on all modalities and every pair.</summary>
    public static ResultTable PairsAndTriple(RunRequest request)
    {
        int[][] subsets = request.IsQuick ? [Pairs[0], All] : [.. Pairs, All];
        return new ResultTable(
            [.. subsets.Select(subset => string.Join(" + ", Names(subset)))],
            [
                .. new[] { "unimodal", "joint", "umt", "mmpareto", "g2d" }.Select(strategy =>
                    new ResultRow(strategy, [.. subsets.Select(subset => Scores(request, SequencesTask.Task, strategy, subset)[0])])),
            ]);
    }

    /// <summary>Trains MMPareto on all modalities and compares the gradients at each encoder.</summary>
    public static ResultTable Gradients(RunRequest request) => new(
        GradientFigures.Columns,
        new ExperimentRuns(request, "sequences-gradients").Of(SequencesTask.Modalities, seed =>
        {
            using var scope = NewDisposeScope();
            var data = SequencesTask.Make(SequencesTask.Task, All, request.IsQuick, seed);
            var figures = new GradientFigures();
            Train(request, SequencesTask.Task, data.Train, StrategyRegistry.MMPareto, All, seed, figures).Dispose();
            return [.. All.Select(figures.Of)];
        }));

    /// <summary>Trains I2MCL on all modalities: each one's alpha, and the share of steps in which it learns from the task.</summary>
    public static ResultTable Curriculum(RunRequest request) => EpochCurves.Of(
        "alpha, and share of steps",
        new ExperimentRuns(request, "sequences-curriculum").Of(
            [
                .. SequencesTask.Modalities.Select(modality => $"{modality}: alpha"),
                .. SequencesTask.Modalities.Select(modality => $"{modality}: from the task"),
            ],
            seed =>
            {
                using var scope = NewDisposeScope();
                var data = SequencesTask.Make(SequencesTask.Task, All, request.IsQuick, seed);
                var means = new EpochMeans(report =>
                    [.. report["alpha"], .. All.Select(m => report["selected"][0] == m ? 1.0 : 0)]);
                Train(request, SequencesTask.Task, data.Train, StrategyRegistry.I2MCL, All, seed, means).Dispose();
                return means.ByFigure;
            }));

    /// <summary>The accuracies of the fused prediction and of a linear probe on each encoder.</summary>
    private static IReadOnlyList<Statistic?> Scores(RunRequest request, LearningTask task, string strategy, int[] modalities) =>
        new ExperimentRuns(
            request, $"{(task == SequencesTask.Task ? "sequences" : "sentiment")}-{string.Join('-', Names(modalities))}").Of(strategy, seed =>
        {
            using var scope = NewDisposeScope();
            var (train, test) = SequencesTask.Make(task, modalities, request.IsQuick, seed);
            using var model = Train(request, task, train, strategy, modalities, seed);
            var held = InOrder(test);
            double fused = Evaluator.Evaluate(model, task, held, CPU, request.Cancellation).Fused.Primary;
            var probes = ModalityProbes.Scores(model, task, InOrder(train), held, CPU, options: null, request.Cancellation);
            return [100 * fused, .. probes.Select(probe => 100 * probe.Primary)];
        }).Values;

    private static MultimodalModel Train(
        RunRequest request, LearningTask task, MultimodalDataset data, string name, int[] modalities, int seed, params IReadOnlyList<TrainingCallback> callbacks)
    {
        var strategy = Strategy(name, request, modalities.Length);
        using var state = strategy as IDisposable;
        var options = new TrainerOptions
        {
            Epochs = request.IsQuick ? 2 : Epochs,
            Optimizer = network => optim.Adam(network.Root.parameters(), LearningRate),
        };
        random.manual_seed((1000L * seed) + 500);
        using var teachers = strategy.Requirements.HasFlag(StrategyRequirements.Teachers)
            ? new UnimodalEnsemble(Encoders(modalities), task.Outputs) : null;
        if (teachers is not null)
        {
            new UnimodalTeacherTrainer(teachers, task, options)
                .Fit(data.Shuffled(BatchSize, seed), null, request.Cancellation);
            options = options with { Teachers = new OnlineTeachers(teachers, task) };
        }

        var model = new MultimodalModel(Encoders(modalities), widths => new LateFusion(widths, task.Outputs));
        new Trainer(model, task, strategy, options with { Callbacks = callbacks })
            .Fit(data.Shuffled(BatchSize, seed), null, request.Cancellation);
        return model;
    }

    /// <summary>That of the digits' registry, but for G2D, which prioritizes as many modalities as there are, less one.</summary>
    private static IGradientStrategy Strategy(string name, RunRequest request, int modalities)
    {
        int phase = (request.IsQuick ? 2 : Epochs) / (2 * (modalities - 1));
        return name == StrategyRegistry.G2D
            ? new G2D(new G2DOptions { PhaseEpochs = [.. Enumerable.Repeat(Math.Max(1, phase), modalities - 1)] })
            : StrategyRegistry.Of(name).Create(StrategyContext.Any);
    }

    private static IBatchSource InOrder(MultimodalDataset data) => data.InOrder((int)Math.Min(EvaluationBatch, data.Count));

    private static IEnumerable<string> Names(int[] modalities) => modalities.Select(m => SequencesTask.Modalities[m]);

    private static ModalityEncoder[] Encoders(int[] modalities) => [.. modalities.Select(SequencesTask.Encoder)];
}
