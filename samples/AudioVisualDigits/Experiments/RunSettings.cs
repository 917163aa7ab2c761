using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using AudioVisualDigits.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>How every network of a study is trained.</summary>
/// <param name="Fusion">One of <see cref="FusionEntry.Names"/>.</param>
/// <param name="Epochs">Passes over the training data, at least 1.</param>
/// <param name="LearningRateDropEpoch">From this epoch on the learning rate is
/// <paramref name="LearningRateDrop"/> of what it was.</param>
/// <param name="LearningRateDrop">Factor of the learning rate.</param>
/// <param name="BatchSize">Samples per step, at least 1.</param>
/// <param name="LearningRate">Above 0.</param>
/// <param name="Momentum">Of the gradient descent.</param>
/// <param name="WeightDecay">On all parameters.</param>
/// <param name="ValidationShare">The share of the training split, in [0, 0.5], that is kept apart to choose the best
/// epoch on; 0 keeps nothing apart and takes the last epoch.</param>
/// <param name="Device">One of <see cref="Devices"/>.</param>
internal sealed record RunSettings(
    string Fusion,
    int Epochs,
    int LearningRateDropEpoch,
    double LearningRateDrop,
    int BatchSize,
    double LearningRate,
    double Momentum,
    double WeightDecay,
    double ValidationShare,
    string Device)
{
    /// <summary>The devices that can be asked for.</summary>
    public static readonly IReadOnlyList<string> Devices = ["cpu", Cuda];

    private const string Cuda = "cuda";

    /// <summary>The types of weights and inputs that can be asked for.</summary>
    public static readonly IReadOnlyList<string> Precisions = ["float32", BFloat16];

    private const string BFloat16 = "bfloat16";

    /// <summary>Gets the factor on I2MCL's distillation losses, above 0.</summary>
    public double DistillationScale { get; init; } = 1;

    /// <summary>Gets the type of weights and inputs, one of <see cref="Precisions"/>.</summary>
    public string Precision { get; init; } = Precisions[0];

    /// <summary>Gets the processes that train together.</summary>
    [JsonIgnore]
    public ProcessGroup Processes { get; init; } = ProcessGroup.SingleProcess;

    /// <summary>Gets the length of G2D's prioritized phase: half of the epochs.</summary>
    public int PrioritizedEpochs => Math.Max(1, Epochs / 2);

    /// <summary>Gets the settings in the library's terms.</summary>
    /// <param name="observers">Watch the training.</param>
    /// <param name="teachers">Where teacher outputs come from; null for nowhere.</param>
    /// <param name="requirements">What the strategy needs.</param>
    public TrainerOptions ToTrainerOptions(
        IReadOnlyList<TrainingCallback> observers,
        ITeacherSource? teachers = null,
        StrategyRequirements requirements = StrategyRequirements.None) => new()
        {
            Epochs = Epochs,
            Optimizer = model => requirements.HasFlag(StrategyRequirements.ParameterGroups)
                ? optim.SGD(Groups(model), LearningRate)
                : optim.SGD(model.Root.parameters(), LearningRate, momentum: Momentum, weight_decay: WeightDecay),
            Scheduler = optimizer => optim.lr_scheduler.StepLR(
                optimizer, LearningRateDropEpoch, LearningRateDrop),
            Device = ToDevice(),
            Teachers = teachers,
            Callbacks = observers,
            Processes = Processes,
        };

    /// <summary>One parameter group per encoder, and one for the rest.</summary>
    private SGD.ParamGroup[] Groups(IMultimodalModel model) =>
        [.. model.Modalities.Select((_, m) => Group(model.EncoderParameters(m))), Group(model.SharedParameters())];

    private SGD.ParamGroup Group(IEnumerable<Parameter> parameters) =>
        new(parameters, LearningRate, momentum: Momentum, weight_decay: WeightDecay);

    /// <summary>Gets a short name of all settings together, for files that depend on them.</summary>
    public string Fingerprint() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this)))[..8];

    /// <summary>Gets the error of a run whose numbers are not finite any more.</summary>
    /// <param name="found">What was seen.</param>
    /// <param name="isScaled">Whether the distillation scale may be to blame too.</param>
    public BadInputException Diverged(string found, bool isScaled) => new(isScaled
        ? "--lr and --distillation-scale must be small enough to learn, but are "
            + $"{LearningRate} and {DistillationScale}: {found}"
        : $"--lr must be small enough to learn, but is {LearningRate}: {found}");

    /// <summary>Gets the type itself.</summary>
    public ScalarType ToType() => Precision == BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    /// <summary>Gets the device itself.</summary>
    public Device ToDevice() => device(Device);

    /// <summary>Refuses a device that is not there.</summary>
    /// <exception cref="BadInputException">There is no CUDA device.</exception>
    public void CheckDevice()
    {
        if (Device == Cuda && !cuda.is_available())
            throw new BadInputException("--device must be a device of this machine, but is cuda, and there is none.");
    }
}
