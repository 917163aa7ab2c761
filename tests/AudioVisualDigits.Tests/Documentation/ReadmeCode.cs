using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace AudioVisualDigits.Tests.Documentation;

/// <summary>The code of the README, so that it compiles and runs.</summary>
internal static class ReadmeCode
{
    public static void Run(MultimodalDataset train, MultimodalDataset validation)
    {
        using var model = new MultimodalModel(
            [new ModalityEncoder("audio", new SmallCnn()), new ModalityEncoder("image", new SmallCnn())],
            widths => new LateFusion(widths, outputs: 10));
        var task = new ClassificationTask(10);
        using var optimizer = optim.SGD(model.parameters(), 0.03);
        var batches = train.InOrder(50).Batches(0)
            .Select(batch => (batch.Inputs[0].Tensors[0], batch.Inputs[1].Tensors[0], batch.Targets));

        var strategy = new UniformBaseline();
        foreach (var (audio, image, labels) in batches)
        {
            using var scope = NewDisposeScope();
            strategy.ComputeGradients(new TrainingStep(model, task, new MultimodalBatch([audio, image], labels)));
            optimizer.step();
        }

        Fit(model, task, train, validation).Epochs.Should().HaveCount(12);
    }

    private static TrainingResult Fit(
        MultimodalModel model, ClassificationTask task, MultimodalDataset train, MultimodalDataset validation)
    {
        var trainer = new Trainer(model, task, new UniformBaseline(), new TrainerOptions
        {
            Epochs = 12,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.03, momentum: 0.9),
        });
        var result = trainer.Fit(train.Shuffled(batchSize: 64, seed: 1), validation.InOrder(batchSize: 64));
        return result;
    }
}
