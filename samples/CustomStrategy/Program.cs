// Trains a network with a strategy of one's own, interrupts the run, and resumes it from a checkpoint with the strategy's state.
using CustomStrategy;
using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

using var everything = NewDisposeScope();
random.manual_seed(1);
var task = new ClassificationTask(3);
var train = Samples(600);
var test = Samples(300).InOrder(batchSize: 300);

Console.WriteLine("The whole run:");
double whole = Train(epochs: 6, checkpoints: null);

Console.WriteLine("The same run, stopped after three epochs and resumed:");
string folder = Directory.CreateTempSubdirectory("custom-strategy-").FullName;
Train(epochs: 3, folder);
double resumed = Train(epochs: 6, folder);
Directory.Delete(folder, recursive: true);
Console.WriteLine(whole == resumed ? "Both end with the same test loss, to the last bit." : "The test losses differ.");

double Train(int epochs, string? checkpoints)
{
    random.manual_seed(2);
    using var strategy = new SlowestFirst(new SlowestFirstOptions { Lean = 2 });
    using var model = new MultimodalModel(
        [new ModalityEncoder("radar", new Mlp(6, 32, 16)), new ModalityEncoder("camera", new Mlp(10, 32, 16))],
        widths => new LateFusion(widths, outputs: 3));
    new Trainer(model, task, strategy, new TrainerOptions
    {
        Epochs = epochs,
        Optimizer = network => optim.Adam(network.Root.parameters(), 0.002),
        ResumeFrom = checkpoints is null ? null : Checkpoint.FindNewest(checkpoints),
        Callbacks = checkpoints is null ? [new WeightPrinter()] : [new WeightPrinter(), new CheckpointWriter(checkpoints)],
    }).Fit(train.Shuffled(batchSize: 50, seed: 3));
    return Evaluator.Evaluate(model, task, test, CPU).Loss;
}

// Three classes, clear for the radar and blurred for the camera.
MultimodalDataset Samples(int count)
{
    var labels = randint(0, 3, count, ScalarType.Int64);
    return new MultimodalDataset([Measurements(6, noise: 0.4), Measurements(10, noise: 1.0)], labels, task);

    Tensor Measurements(long features, double noise) =>
        nn.functional.one_hot(labels, features) + (noise * randn(count, features));
}

/// <summary>Prints the weights of the last step of every epoch.</summary>
internal sealed class WeightPrinter : TrainingCallback
{
    private string _last = "";

    public override void OnStep(TrainingStep step, StepReport report) =>
        _last = string.Join(", ", step.Model.Modalities.Zip(report["weight"], (name, weight) => $"{name} {weight:F2}"));

    public override void OnEpochEnd(EpochSummary summary) =>
        Console.WriteLine($"  epoch {summary.Epoch}: loss {summary.Loss:F3}, weights {_last}");
}
