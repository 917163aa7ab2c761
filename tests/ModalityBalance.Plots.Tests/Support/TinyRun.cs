using ModalityBalance.Data;
using ModalityBalance.Gradients;
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
        MultimodalModel model, IGradientStrategy strategy, IBatchSource? validation, params TrainingCallback[] callbacks) =>
        Fit(model, strategy, validation, NonFinitePolicy.Stop, callbacks);

    /// <inheritdoc cref="Fit(MultimodalModel, IGradientStrategy, IBatchSource?, TrainingCallback[])"/>
    public static TrainingResult Fit(
        MultimodalModel model,
        IGradientStrategy strategy,
        IBatchSource? validation,
        NonFinitePolicy policy,
        params TrainingCallback[] callbacks)
    {
        using var teachers = Teachers();
        return Trainer(model, strategy, new OnlineTeachers(teachers, Task), policy, callbacks)
            .Fit(Data().Shuffled(12, seed: 1), validation);
    }

    /// <summary>Trains a model until a number of steps is done, and then cancels.</summary>
    public static TrainingResult FitUntil(long step, params TrainingCallback[] callbacks)
    {
        using var model = Model();
        using var cancellation = new CancellationTokenSource();
        return Trainer(model, new JointTraining(), null, NonFinitePolicy.Stop, [.. callbacks, new Canceler(step, cancellation)])
            .Fit(Data().Shuffled(12, seed: 1), null, cancellation.Token);
    }

    private static Trainer Trainer(
        MultimodalModel model,
        IGradientStrategy strategy,
        ITeacherSource? teachers,
        NonFinitePolicy policy,
        TrainingCallback[] callbacks) => new(model, Task, strategy, new TrainerOptions
        {
            Epochs = Epochs,
            Optimizer = network => optim.SGD(network.Root.parameters(), 0.02),
            Teachers = teachers,
            OnNonFinite = policy,
            Callbacks = callbacks,
        });

    private sealed class Canceler(long steps, CancellationTokenSource cancellation) : TrainingCallback
    {
        public override void OnStep(TrainingStep step, StepReport report)
        {
            if (step.Index + 1 == steps)
            {
                cancellation.Cancel();
            }
        }
    }

    private static ModalityEncoder[] Encoders() => [new("audio", new Mlp(5, 8, 4)), new("image", new Mlp(5, 8, 4))];
}
