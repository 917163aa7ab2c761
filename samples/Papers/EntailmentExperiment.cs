using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Papers;

/// <summary>I2MCL on a task of interaction, made-up visual entailment with top-down attention: distillation, the curricula and both
/// (Table 2), and who learns from the task and who from its teacher (Table 4). The teachers know what their modality shows, as the
/// paper's pretrained ones do, and nothing of the answer.</summary>
internal static class EntailmentExperiment
{
    private const int Epochs = 20;
    private const int BatchSize = 64;
    private const double LearningRate = 1e-3;

    private static readonly (string Name, Func<GradientStrategy> Create)[] Curricula =
    [
        ("joint", () => new JointTraining()),
        ("distillation", () => new I2MCL(new I2MCLOptions { WeighSamples = false, Schedule = I2MCLSchedule.Both })),
        ("intra-modal", () => new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Both })),
        ("inter-modal", () => new I2MCL(new I2MCLOptions { WeighSamples = false })),
        ("both", () => new I2MCL()),
    ];

    /// <summary>Trains the curricula with every seed.</summary>
    public static ResultTable Run(RunRequest request) => new(["accuracy"], Rows(request, "entailment", Curricula));

    /// <summary>Trains I2MCL with every schedule and seed, on the audio-visual digits and on entailment.</summary>
    public static ResultTable Schedules(RunRequest request)
    {
        var options = new[] { I2MCLSchedule.AllTask, I2MCLSchedule.AllTeacher }.Select(schedule => new I2MCLOptions { Schedule = schedule })
            .Concat(Enumerable.Range(0, 2).Select(m => new I2MCLOptions { Schedule = I2MCLSchedule.Fixed, TaskModality = m }))
            .Concat(new[] { I2MCLSchedule.Both, I2MCLSchedule.MixedReversed, I2MCLSchedule.Mixed, I2MCLSchedule.ByAlpha }
                .Select(schedule => new I2MCLOptions { Schedule = schedule }));
        (string Name, Func<GradientStrategy> Create)[] methods =
            [.. options.Select(one => (Name(one), (Func<GradientStrategy>)(() => new I2MCL(one))))];
        var digits = DigitsExperiment.Run(request, string.Join(',', methods.Select(method => method.Name)));
        return new ResultTable(
            [.. digits.Columns.Select(column => $"digits: {column}"), "entailment: accuracy"],
            [
                .. digits.Rows.Zip(Rows(request, "entailment-schedules", methods), (digit, entailment) =>
                    digit with { Values = [.. digit.Values, .. entailment.Values] }),
            ]);

        // As a variant of the digits' program.
        static string Name(I2MCLOptions one) =>
            $"i2mcl:Schedule={one.Schedule}" + (one.Schedule == I2MCLSchedule.Fixed ? $":TaskModality={one.TaskModality}" : "");
    }

    private static IReadOnlyList<ResultRow> Rows(
        RunRequest request, string experiment, (string Name, Func<GradientStrategy> Create)[] methods) =>
        new ExperimentRuns(request, experiment).Of([.. methods.Select(method => method.Name)], seed =>
        {
            using var scope = NewDisposeScope();
            var (train, test, content) = EntailmentTask.Make(request.IsQuick, seed);
            var options = new TrainerOptions
            {
                Epochs = request.IsQuick ? 2 : Epochs,
                Optimizer = network => optim.Adam(network.Root.parameters(), LearningRate),
            };
            random.manual_seed(1000L * seed);
            var encoders = EntailmentTask.Encoders();
            using var describing = new UnimodalEnsemble(encoders, Heads(EntailmentTask.Content.Outputs));
            new UnimodalTeacherTrainer(describing, EntailmentTask.Content, options)
                .Fit(content.Shuffled(BatchSize, seed), null, request.Cancellation);
            using var teachers = new UnimodalEnsemble(encoders, Heads(EntailmentTask.Answers));
            var scores = new TaughtStudents(EntailmentTask.Task, train, test, options, BatchSize, request.Cancellation).Scores(
                seed,
                teachers,
                () => new MultimodalModel(
                    EntailmentTask.Encoders(), widths => new TopDownAttentionFusion(widths, EntailmentTask.Answers, width: widths[0])),
                methods.Select(method => method.Create));
            return [.. scores.Select(student => new[] { 100 * student.Primary })];
        });

    /// <summary>Heads on all tokens of the image, in their places, and on the sentence.</summary>
    private static nn.Module<Tensor, Tensor>[] Heads(long outputs) =>
    [
        nn.Sequential(nn.Flatten(), nn.Linear(EntailmentTask.ImageTokens * EntailmentTask.Width, outputs)),
        nn.Linear(EntailmentTask.Width, outputs),
    ];
}
