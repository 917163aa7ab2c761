using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Plots;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace Plots;

/// <summary>Trains small networks on made-up audio and images, and draws what docs/plots.md shows.</summary>
internal static class PlotsProgram
{
    private const int BadInput = 2;
    private const int Classes = 4;
    private const int Features = 8;
    private const int Width = 16;

    private static readonly string[] Modalities = ["audio", "image"];

    /// <summary>Writes the charts into the folder that the argument names.</summary>
    /// <param name="args">The folder.</param>
    /// <param name="output">Where the names of the charts go.</param>
    /// <param name="error">Where a refusal goes.</param>
    /// <param name="epochs">The length of each training, at least 2.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, TextWriter output, TextWriter error, int epochs = 10)
    {
        if (args is not [{ Length: > 0 } folder])
        {
            error.WriteLine(
                "There must be one argument, the folder for the charts: dotnet run --project samples/Plots -- FOLDER");
            return BadInput;
        }

        try
        {
            foreach (var (name, chart) in Draw(epochs))
            {
                chart.SaveSvg(Path.Combine(folder, $"{name}.svg"));
                output.WriteLine($"{name}.svg: {chart.Title}");
            }

            return 0;
        }
        catch (IOException e)
        {
            error.WriteLine(e.Message);
            return BadInput;
        }
    }

    private static IEnumerable<(string Name, Chart Chart)> Draw(int epochs)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var task = new ClassificationTask(Classes);
        var (trainData, heldData) = (Samples(1600, task), Samples(640, task));
        var (train, inOrder, held) = (trainData.Shuffled(32, seed: 1), trainData.InOrder(32), heldData.InOrder(32));
        var options = new TrainerOptions
        {
            Epochs = epochs,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.05, momentum: 0.9),
        };

        using var teachers = new UnimodalEnsemble(Encoders(), Heads());
        new UnimodalTeacherTrainer(teachers, task, options).Fit(train, held);
        var taught = options with { Teachers = new OnlineTeachers(teachers, task) };

        using var monitor = new BalanceMonitor();
        using var joint = Model();
        new Trainer(joint, task, new JointTraining(trainHeads: true), taught with { Callbacks = [monitor] }).Fit(train, held);
        var diagnosis = BalanceDiagnosis.Of(
            joint, teachers, monitor, task, new DiagnosisOptions { Train = inOrder, HeldOut = held });
        yield return ("starvation", EvaluationCharts.Starvation(diagnosis));

        using var model = Model();
        var recorder = new StepRecorder(everySteps: 2);
        var result = new Trainer(model, task, new MMPareto(), options with { Callbacks = [recorder] }).Fit(train, held);
        yield return ("learning-curves", TrainingCharts.LearningCurves(result, Modalities));
        yield return ("cosines", TrainingCharts.Cosines(recorder.History));

        using var i2mcl = Model();
        using var curriculum = new I2MCL(new I2MCLOptions { DistillationScale = 1.0 / Width });
        recorder = new StepRecorder(everySteps: 2);
        new Trainer(i2mcl, task, curriculum, taught with { Callbacks = [recorder] }).Fit(train, held);
        yield return ("alpha", TrainingCharts.Alpha(recorder.History));

        using var g2d = Model();
        recorder = new StepRecorder(everySteps: 2);
        var strategy = new G2D(new G2DOptions { PhaseEpochs = [epochs / 2] });
        new Trainer(g2d, task, strategy, taught with { Callbacks = [recorder] }).Fit(train, held);
        yield return ("phases", TrainingCharts.PrioritizedModality(recorder.History));

        var report = BalanceReport.Of(model, task, held, CPU, new OnlineTeachers(teachers, task));
        yield return ("balance", EvaluationCharts.Balance(report));

        var rates = MissingModalities.AtRandom(model, task, held, CPU);
        var jointRates = MissingModalities.AtRandom(joint, task, held, CPU);
        yield return ("missing-modalities", EvaluationCharts.MissingModalities(("MMPareto", rates), ("joint", jointRates)));

        var (representations, targets) = Evaluator.Represent(model, held, CPU)[1];
        yield return ("features", EvaluationCharts.FeatureMap("Image representations by class", representations, targets));
    }

    private static ModalityEncoder[] Encoders() => [new("audio", new Mlp(Features, 64, Width)), new("image", new Mlp(Features, 64, Width))];

    private static nn.Module<Tensor, Tensor>[] Heads() => [nn.Linear(Width, Classes), nn.Linear(Width, Classes)];

    private static MultimodalModel Model() => new(Encoders(), new ConcatFusion([Width, Width], Classes), Heads());

    /// <summary>Audio is learned at once, one of four directions under noise. The image is as good but takes longer: each of two bits
    /// of the label is the sign of a product of two features.</summary>
    private static MultimodalDataset Samples(int count, ClassificationTask task)
    {
        var labels = randint(0, Classes, count, ScalarType.Int64);
        var audio = (3 * nn.functional.one_hot(labels, Features)) + randn(count, Features);
        var image = randn(count, Features);
        foreach (int bit in new[] { 0, 1 })
        {
            var sign = 1 - (2 * labels.bitwise_right_shift(bit).bitwise_and(1));
            var (first, second) = (image.select(1, 2 * bit), image.select(1, (2 * bit) + 1));
            second.copy_(first.sign() * second.abs() * sign);
        }

        return new MultimodalDataset([audio, image], labels, task);
    }
}
