using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Papers;

/// <summary>I2MCL, Table 2: distillation, the curricula and both on a task of interaction, made-up visual entailment with top-down
/// attention.</summary>
internal static class EntailmentExperiment
{
    private const int Epochs = 20;
    private const int BatchSize = 64;
    private const double LearningRate = 1e-3;

    private static readonly (string Name, Func<GradientStrategy> Create)[] Methods =
    [
        ("joint", () => new JointTraining()),
        ("distillation", () => new I2MCL(new I2MCLOptions { WeighSamples = false, Schedule = I2MCLSchedule.Both })),
        ("intra-modal", () => new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Both })),
        ("inter-modal", () => new I2MCL(new I2MCLOptions { WeighSamples = false })),
        ("both", () => new I2MCL()),
    ];

    /// <summary>Trains every method with every seed; a row more for what the teachers know by themselves.</summary>
    public static ResultTable Run(RunRequest request) => new(
        ["accuracy"],
        new ExperimentRuns(request, "entailment").Means(
            ["image teacher", "sentence teacher", .. Methods.Select(method => method.Name)], seed => Scores(request, seed)));

    private static double[][] Scores(RunRequest request, int seed)
    {
        using var scope = NewDisposeScope();
        var (train, test) = EntailmentTask.Make(request.IsQuick, seed);
        var options = new TrainerOptions
        {
            Epochs = request.IsQuick ? 2 : Epochs,
            Optimizer = network => optim.Adam(network.Root.parameters(), LearningRate),
        };
        random.manual_seed(1000L * seed);
        using var teachers = new UnimodalEnsemble(EntailmentTask.Encoders(), Heads());
        new UnimodalTeacherTrainer(teachers, EntailmentTask.Task, options)
            .Fit(train.Shuffled(BatchSize, seed), null, request.Cancellation);
        return
        [
            .. Scores(teachers).Unimodal!.Select(teacher => new[] { 100 * teacher.Primary }),
            .. Methods.Select(method => new[] { OfStudent(method.Create()) }),
        ];

        EvaluationResult Scores(IMultimodalModel network) =>
            Evaluator.Evaluate(network, EntailmentTask.Task, test.InOrder((int)test.Count), CPU, request.Cancellation);

        double OfStudent(GradientStrategy strategy)
        {
            using var state = strategy;
            random.manual_seed((1000L * seed) + 500);
            using var model = new MultimodalModel(
                EntailmentTask.Encoders(), widths => new TopDownAttentionFusion(widths, EntailmentTask.Answers, width: widths[0]));
            new Trainer(model, EntailmentTask.Task, strategy, options with { Teachers = new OnlineTeachers(teachers, EntailmentTask.Task) })
                .Fit(train.Shuffled(BatchSize, seed), null, request.Cancellation);
            return 100 * Scores(model).Fused.Primary;
        }
    }

    private static nn.Module<Tensor, Tensor>[] Heads() =>
    [
        new MeanHead(EntailmentTask.Width, EntailmentTask.Answers),
        nn.Linear(EntailmentTask.Width, EntailmentTask.Answers),
    ];

    /// <summary>A linear layer on the mean of the tokens.</summary>
    private sealed class MeanHead : nn.Module<Tensor, Tensor>
    {
        private readonly Linear _layer;

        public MeanHead(long width, long outputs)
            : base(nameof(MeanHead))
        {
            _layer = nn.Linear(width, outputs);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => _layer.call(input.mean([1L]));
    }
}
