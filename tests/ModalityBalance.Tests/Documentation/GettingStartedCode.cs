using ModalityBalance.Data;
using ModalityBalance.Diagnosis;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>The code of docs/getting-started.md, so that it compiles and runs.</summary>
internal static class GettingStartedCode
{
    /// <summary>Trains teachers, a joint model and a balanced one, in the current folder.</summary>
    public static (BalanceDiagnosis Diagnosis, BalanceReport Report) Run(
        (Tensor Audio, Tensor Image, Tensor Text, Tensor Labels) train,
        (Tensor Audio, Tensor Image, Tensor Text, Tensor Labels) validation,
        bool[,] hasText)
    {
        using var scope = NewDisposeScope();

        var task = new ClassificationTask(3);
        var present = new PresenceMask(hasText);
        var trainData = new MultimodalDataset(
            [train.Audio, train.Image, train.Text], train.Labels, task, present);
        var validationData = new MultimodalDataset(
            [validation.Audio, validation.Image, validation.Text], validation.Labels, task);
        var batches = trainData.Shuffled(batchSize: 16, seed: 1);
        var held = validationData.InOrder(batchSize: 16);
        var inOrder = trainData.InOrder(batchSize: 16);

        ModalityEncoder[] Encoders() =>
        [
            new("audio", new Mlp(8, 32, 16)), new("image", new Mlp(12, 32, 16)), new("text", new Mlp(10, 32, 16)),
        ];
        var options = new TrainerOptions
        {
            Epochs = 6,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.03, momentum: 0.9),
        };

        using var teachers = new UnimodalEnsemble(Encoders(), outputs: 3);
        new UnimodalTeacherTrainer(teachers, task, options).Fit(batches, held);
        TeacherCache.Write("teachers.cache", teachers, task, inOrder, CPU);
        using var cache = TeacherCache.Open("teachers.cache", teachers, inOrder);

        using var joint = new MultimodalModel(Encoders(), widths => new LateFusion(widths, outputs: 3));
        using var monitor = new BalanceMonitor();
        new Trainer(joint, task, new JointTraining(), options with { Teachers = cache, Callbacks = [monitor] }).Fit(batches, held);
        var diagnosis = BalanceDiagnosis.Of(
            joint, teachers, monitor, task, new DiagnosisOptions { Train = inOrder, HeldOut = held });
        Console.WriteLine(diagnosis);

        using var model = new MultimodalModel(Encoders(), widths => new LateFusion(widths, outputs: 3));
        var strategy = new G2D(new G2DOptions { PhaseEpochs = [2, 2] });
        var result = new Trainer(model, task, strategy, options with { Teachers = cache }).Fit(batches, held);

        var scores = Evaluator.Evaluate(model, task, held, CPU);
        var accuracies = ModalityProbes.Accuracies(model, task, inOrder, held, CPU);
        var subsets = MissingModalities.OfSubsets(model, task, held, CPU);
        var report = BalanceReport.Of(model, task, held, CPU);

        var prediction = Prediction.Of(model, task, [validation.Audio, validation.Image, validation.Text], CPU);
        Tensor classes = prediction.Fused.argmax(1), ofText = prediction.Unimodal![2];
        Write($"{classes} {ofText} {result.Warnings.Count} {scores.Fused.Primary} {accuracies.Count} {subsets.Count}");
        return (diagnosis, report);
    }

    private static void Write(string text) => ArgumentNullException.ThrowIfNull(text);
}
