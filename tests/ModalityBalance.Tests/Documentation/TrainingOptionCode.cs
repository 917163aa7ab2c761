using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>The code of docs/training.md on the trainer's options, so that it compiles and runs.</summary>
internal static class TrainingOptionCode
{
    /// <summary>Trains with all options of the page, below the current folder; a second call resumes.</summary>
    public static TrainingResult Run(MultimodalModel model, IBatchSource train, IBatchSource validation)
    {
        var options = new TrainerOptions
        {
            Epochs = 3,
            Optimizer = network => optim.SGD(
                [
                    new SGD.ParamGroup(network.EncoderParameters(0), lr: 0.01, momentum: 0.9),
                    new SGD.ParamGroup(network.EncoderParameters(1), lr: 0.03, momentum: 0.9),
                    new SGD.ParamGroup(network.SharedParameters(), lr: 0.1, momentum: 0.9),
                ],
                0.03),
            Scheduler = optimizer => optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max: 3),
            WarmUpSteps = 10,
            MaxGradientNorm = 5,
            BatchesPerStep = 4,
            OnNonFinite = NonFinitePolicy.Skip,
        };
        var resumable = options with
        {
            ResumeFrom = Checkpoint.FindNewest("run/checkpoints"),
            Callbacks =
            [
                new CsvEpochLog("run/epochs.csv"),
                new CheckpointWriter("run/checkpoints", new CheckpointOptions { EverySteps = 500, KeepBest = true }),
            ],
        };
        var result = new Trainer(model, Toy.Task, new MMPareto(), resumable).Fit(train, validation);
        Checkpoint.LoadModel("run/checkpoints/best.checkpoint", model);
        return result;
    }
}
