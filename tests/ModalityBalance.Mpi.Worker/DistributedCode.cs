using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Mpi.Worker;

/// <summary>The code of docs/distributed.md, as it stands there.</summary>
internal static class DistributedCode
{
    public static TrainingResult Train(
        IMultimodalModel model, LearningTask task, IGradientStrategy strategy, MultimodalDataset data)
    {
        using var processes = MpiProcessGroup.Start();
        var options = new TrainerOptions
        {
            Epochs = 12,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.03, momentum: 0.9),
            Processes = processes,
        };
        return new Trainer(model, task, strategy, options).Fit(data.Shuffled(16, seed: 1, dropLast: true));
    }

    public static void Step(
        IMultimodalModel model,
        LearningTask task,
        IGradientStrategy strategy,
        optim.Optimizer optimizer,
        MultimodalBatch batch,
        MpiProcessGroup processes)
    {
        var part = batch.PartFor(processes);
        var step = new TrainingStep(model, task, part) { Processes = processes };
        strategy.ComputeGradients(step);
        step.SumGradients();
        optimizer.step();
    }
}
