try
{
    InitializeDeviceType(TorchSharp.DeviceType.CPU);
}
catch (TypeInitializationException)
{
    Console.Error.WriteLine("The native libraries of TorchSharp must load on this system, but do not: see the project file.");
    Environment.ExitCode = 2;
    return;
}

using var everything = NewDisposeScope();
var device = cuda.is_available() ? CUDA : CPU;
random.manual_seed(1);

// Data: one tensor per modality with the samples first, and a label per sample. Put yours in the place of Samples.
var task = new ClassificationTask(4);
var (train, validation, test) = (Samples(2000), Samples(500), Samples(1000));

// Model: an encoder per modality, here for vectors of 8 numbers, and a fusion of what they return.
using var model = new MultimodalModel(
    [new ModalityEncoder("sound", new Mlp(8, 64, 32)), new ModalityEncoder("vision", new Mlp(8, 64, 32))],
    widths => new LateFusion(widths, outputs: 4));

// Strategy: JointTraining is the usual loop, in which sound would starve vision. Others are MMPareto, OGM, AGM, PMR, ...
var strategy = new UniformBaseline();

// Training: the model ends with the weights of the epoch that was best on the validation data.
var result = new Trainer(model, task, strategy, new TrainerOptions
{
    Epochs = 10,
    Device = device,
    Optimizer = network => optim.SGD(network.Root.parameters(), 0.05, momentum: 0.9),
    Callbacks = [new Progress()],
}).Fit(train.Shuffled(batchSize: 64, seed: 1), validation.InOrder(batchSize: 500));
Console.WriteLine($"best epoch: {result.BestEpoch}");

// Report: the fused prediction, what remains of it with one modality, and what a linear probe reads from each encoder.
var (fitted, held) = (train.InOrder(batchSize: 500), test.InOrder(batchSize: 500));
Console.WriteLine(Evaluator.Evaluate(model, task, held, device));
var subsets = MissingModalities.OfSubsets(model, task, held, device);
var probes = ModalityProbes.Accuracies(model, task, fitted, held, device);
foreach (var (m, name) in model.Modalities.Index())
{
    var only = subsets.Single(subset => subset.Modalities.SequenceEqual([m])).Scores.Primary;
    Console.WriteLine($"{name}: {only:P1} on its own, {probes[m]:P1} by a probe");
}

// New data: the probabilities of the classes, fused and of each modality.
var prediction = Prediction.Of(model, task, test.Select([0]).Inputs, device);
var first = prediction.Fused[0];
Console.WriteLine($"first sample: class {first.argmax().item<long>()} with probability {first.max().item<float>():F2}");

// Four classes: sound shows them as directions, vision as the signs of two products, which take longer to learn.
MultimodalDataset Samples(int count)
{
    var labels = randint(0, 4, count, ScalarType.Int64);
    var sound = (3 * nn.functional.one_hot(labels, 8)) + randn(count, 8);
    var vision = randn(count, 8);
    vision[.., 1].abs_().mul_(vision[.., 0].sign() * (1 - (2 * labels.remainder(2))));
    vision[.., 3].abs_().mul_(vision[.., 2].sign() * (1 - (2 * labels.div(2, RoundingMode.floor))));
    return new MultimodalDataset([sound, vision], labels, task);
}

internal sealed class Progress : TrainingCallback
{
    public override void OnEpochEnd(EpochSummary summary) =>
        Console.WriteLine($"epoch {summary.Epoch}: loss {summary.Loss:F3}, validation {summary.Validation?.Fused.Primary:P1}");
}
