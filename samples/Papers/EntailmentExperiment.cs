using ModalityBalance.Models;
using ModalityBalance.Strategies;
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
        new ExperimentRuns(request, "entailment").Of(
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
        var scores = new TaughtStudents(EntailmentTask.Task, train, test, options, BatchSize, request.Cancellation).Scores(
            seed,
            () => new UnimodalEnsemble(EntailmentTask.Encoders(), Heads()),
            () => new MultimodalModel(
                EntailmentTask.Encoders(), widths => new TopDownAttentionFusion(widths, EntailmentTask.Answers, width: widths[0])),
            Methods.Select(method => method.Create));
        return [.. scores.Select(network => new[] { 100 * network.Primary })];
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
