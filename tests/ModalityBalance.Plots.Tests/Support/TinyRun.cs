using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Plots.Tests.Support;

/// <summary>Short trainings of a small network of audio and image.</summary>
internal static class TinyRun
{
    public const int Epochs = 3;
    public const int StepsPerEpoch = 4;

    public static readonly ClassificationTask Task = new(3);

    public static readonly string[] Modalities = ["audio", "image"];

    /// <summary>Class c pushes feature c of every modality up.</summary>
    public static MultimodalDataset Data(int samples = 48, int seed = 7)
    {
        random.manual_seed(seed);
        var labels = arange(samples, dtype: ScalarType.Int64).remainder(3);
        var signal = 2 * nn.functional.one_hot(labels, 5).to(ScalarType.Float32);
        return new MultimodalDataset([signal + randn(samples, 5), signal + (2 * randn(samples, 5))], labels, Task);
    }

    public static MultimodalModel Model()
    {
        random.manual_seed(1);
        return new MultimodalModel(Encoders(), new ConcatFusion([4, 4], 3), [nn.Linear(4, 3), nn.Linear(4, 3)]);
    }

    public static UnimodalEnsemble Teachers()
    {
        random.manual_seed(2);
        return new UnimodalEnsemble(Encoders(), [nn.Linear(4, 3), nn.Linear(4, 3)]);
    }

    /// <summary>Trains a model, watched by callbacks.</summary>
    public static TrainingResult Fit(
        MultimodalModel model, IGradientStrategy strategy, IBatchSource? validation, params TrainingCallback[] callbacks)
    {
        using var teachers = Teachers();
        return new Trainer(model, Task, strategy, new TrainerOptions
        {
            Epochs = Epochs,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.02),
            Teachers = new OnlineTeachers(teachers, Task),
            Callbacks = callbacks,
        }).Fit(Data().Shuffled(12, seed: 1), validation);
    }

    private static ModalityEncoder[] Encoders() => [new("audio", new Mlp(5, 8, 4)), new("image", new Mlp(5, 8, 4))];
}
