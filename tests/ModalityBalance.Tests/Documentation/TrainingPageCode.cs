using ModalityBalance.Data;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;
using static TorchSharp.torch.utils.data;

namespace ModalityBalance.Tests.Documentation;

/// <summary>The code of docs/training.md, so that it compiles and runs.</summary>
internal static class TrainingPageCode
{
    /// <summary>Trains on every source of the page.</summary>
    public static IEnumerable<TrainingResult> Sources(string folder)
    {
        var (firstBatch, secondBatch) = (Toy.Batch(size: 4), Toy.Batch(size: 5));
        var atHand = BatchSource.From(new[] { firstBatch, secondBatch });
        var made = BatchSource.From(epoch => ReadBatches(folder, epoch), batchCount: 2);
        using var images = new PairedDigits();
        var loaded = BatchSource.From(
            epoch => DataLoader(images, batchSize: 64, shuffle: true, seed: epoch),
            item => new MultimodalBatch([item["audio"], item["image"]], item["label"]));
        var files = BatchSource.FromSamples(
            count: 100, batchSize: 64, (samples, epoch) => ReadFiles(folder, samples), seed: 1, content: "recordings of May");
        var prefetched = loaded.Prefetch(batches: 2);
        foreach (var source in new[] { atHand, made, loaded, files, prefetched })
        {
            yield return Fit(source, Toy.Options(epochs: 2));
        }
    }

    /// <summary>Trains with the observers of the page, which write below the current folder.</summary>
    public static TrainingResult Observers()
    {
        var options = new TrainerOptions
        {
            Epochs = 40,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.03, momentum: 0.9),
            Callbacks =
            [
                new CsvStepLog("run/steps.csv", everySteps: 50),
                new CsvEpochLog("run/epochs.csv"),
                new TensorBoardLog("run/tensorboard"),
                new EarlyStopping(patience: 5),
            ],
        };
        var byWeakest = new EarlyStopping(
            patience: 5, minImprovement: 0.002, epoch => epoch.Validation!.Unimodal!.Min(scores => scores.Primary));
        return Fit(Toy.Data().Shuffled(16, 3), options with { Callbacks = [.. options.Callbacks, byWeakest] });
    }

    private static TrainingResult Fit(IBatchSource train, TrainerOptions options)
    {
        using var scope = NewDisposeScope();
        using var model = Toy.Model();
        return new Trainer(model, Toy.Task, new UniformBaseline(), options).Fit(train, Toy.Data(seed: 8).InOrder(32));
    }

    private static IEnumerable<MultimodalBatch> ReadBatches(string folder, int epoch) =>
        Enumerable.Range(0, folder.Length > 0 ? 2 : 0).Select(i => Toy.Batch(size: 4 + i + epoch));

    private static MultimodalBatch ReadFiles(string folder, long[] samples) =>
        Toy.Data(samples: folder.Length > 0 ? 100 : 0).Select(samples);

    private sealed class PairedDigits : Dataset
    {
        public override long Count => 100;

        public override Dictionary<string, Tensor> GetTensor(long index) => new()
        {
            ["audio"] = ones(Toy.Inputs) * index,
            ["image"] = ones(Toy.Inputs + 1) * -index,
            ["label"] = tensor(index % Toy.Classes),
        };
    }
}
