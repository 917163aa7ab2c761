using System.Globalization;
using ModalityBalance.Distributed;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Teachers;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace ModalityBalance.Training;

/// <summary>The settings of a <see cref="Trainer"/>.</summary>
public sealed record TrainerOptions
{
    /// <summary>The number of passes over the training data, at least 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>Creates the optimizer when the model is on its device. The trainer owns it. For different learning rates, create
    /// it with parameter groups: <see cref="IMultimodalModel.EncoderParameters"/> of each modality and
    /// <see cref="IMultimodalModel.SharedParameters"/> are all parameters, each once. Parameters of another model are rejected.
    /// Trainable parameters that are left out are named in the result's warnings.</summary>
    public required Func<IMultimodalModel, Optimizer> Optimizer { get; init; }

    /// <summary>Creates the learning-rate scheduler of the given optimizer. <see langword="null"/>, the default, means a constant
    /// rate.</summary>
    public Func<Optimizer, LRScheduler>? Scheduler { get; init; }

    /// <summary>When the scheduler makes a step. Defaults to after every epoch.</summary>
    public SchedulerInterval SchedulerInterval { get; init; } = SchedulerInterval.Epoch;

    /// <summary>The number of steps over which all learning rates rise linearly to their full value, at least 0. Defaults to 0.
    /// The warm-up multiplies the scheduler's rates.</summary>
    public int WarmUpSteps { get; init; }

    /// <summary>The largest norm of the gradient of all parameters together, finite and above 0. Longer gradients are scaled down
    /// to it. <see langword="null"/>, the default, means no limit.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>The number of batches per step (gradient accumulation), at least 1. Defaults to 1. The strategy sees the batches
    /// as one and computes the gradients of that larger batch. Encoders run on parts of the size of the first batch, so that the
    /// graph of only one part is in memory; every part runs twice (see <see cref="TrainingStep"/>). Layers that mix samples, such
    /// as batch normalization, see one part at a time.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>The device to train on. The trainer moves the model there. Defaults to the CPU.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The seed of TorchSharp's global generator, from which dropout draws, set when training starts. <see
    /// langword="null"/>, the default, leaves the generator as it is. The order of the data has a seed of its own. Of several
    /// processes, each adds its number to the seed.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the model ends with the weights of the best epoch instead of those of the last. Defaults to
    /// <see langword="true"/>. Without validation data it has no effect.</summary>
    public bool RestoreBestWeights { get; init; } = true;

    /// <summary>The score by which the best epoch is chosen, higher is better; NaN is never best. Defaults to the primary score
    /// of the fused prediction. An epoch whose validation loss is not finite is never the best.</summary>
    public Func<EvaluationResult, double>? BestEpochScore { get; init; }

    /// <summary>The source of teacher outputs. <see langword="null"/>, the default, is for strategies that need none.</summary>
    public ITeacherSource? Teachers { get; init; }

    /// <summary>The reaction to a loss, gradient or buffer that is not finite. Defaults to <see cref="NonFinitePolicy.Stop"/>,
    /// with the model as it was before the step. Every policy but <see cref="NonFinitePolicy.Ignore"/> costs a pass over all
    /// gradients and one read from the device per step.</summary>
    public NonFinitePolicy OnNonFinite { get; init; } = NonFinitePolicy.Stop;

    /// <summary>The path of a checkpoint of the same training to resume from. <see langword="null"/>, the default, starts a new
    /// run. <see cref="Checkpoint.FindNewest"/> finds the newest undamaged checkpoint of a folder.</summary>
    public string? ResumeFrom { get; init; }

    /// <summary>The processes that train together. Each is given the same options and data and takes its own part of every batch;
    /// together they do what one process does with whole batches. They start from the weights of process 0, which is the only one
    /// that writes checkpoints and invokes callbacks, except those that say otherwise (<see
    /// cref="TrainingCallback.RunsInEveryProcess"/>). Layers with batch statistics see the part of their process; the statistics
    /// of process 0 are kept. Defaults to <see cref="ProcessGroup.SingleProcess"/>. The caller owns the group.</summary>
    public ProcessGroup Processes { get; init; } = ProcessGroup.SingleProcess;

    /// <summary>The callbacks to invoke, in order. Empty by default.</summary>
    public IReadOnlyList<TrainingCallback> Callbacks { get; init; } = [];

    internal double Score(EvaluationResult validation) =>
        BestEpochScore?.Invoke(validation) ?? validation.Fused.Primary;

    /// <summary>The settings that must be the same in all processes, and that a checkpoint does not hold, as text.</summary>
    internal string SharedText(IReadOnlyList<double> learningRates) => string.Create(CultureInfo.InvariantCulture,
        $"{Epochs} epochs, seed {Seed?.ToString(CultureInfo.InvariantCulture) ?? "none"}, learning rates {string.Join(" ", learningRates)}, "
        + $"{OnNonFinite} at non-finite values, resumed from {ResumeFrom ?? "nothing"}, "
        + $"{(Teachers is null ? "without" : "with")} teachers, {(RestoreBestWeights ? "with" : "without")} best weights");

    /// <summary>Everything that is wrong with the options, one sentence each.</summary>
    internal IEnumerable<string> Findings()
    {
        (bool Good, string Sentence)[] rules =
        [
            (Epochs >= 1, $"Epochs must be at least 1, but is {Epochs}."),
            (Optimizer is not null, "Optimizer must be given, but is null."),
            (Enum.IsDefined(SchedulerInterval), $"SchedulerInterval must be a named value, but is {SchedulerInterval}."),
            (WarmUpSteps >= 0, $"WarmUpSteps must be at least 0, but is {WarmUpSteps}."),
            (MaxGradientNorm is null || (MaxGradientNorm > 0 && double.IsFinite(MaxGradientNorm.Value)),
                string.Create(CultureInfo.InvariantCulture,
                    $"MaxGradientNorm must be finite and above 0, but is {MaxGradientNorm}.")),
            (BatchesPerStep >= 1, $"BatchesPerStep must be at least 1, but is {BatchesPerStep}."),
            (Device is not null, "Device must be given, but is null."),
            (Device?.type != TorchSharp.DeviceType.CUDA || cuda.is_available(),
                $"Device must be available, but is {Device} and no CUDA device is there."),
            (Enum.IsDefined(OnNonFinite), $"OnNonFinite must be a named value, but is {OnNonFinite}."),
            (ResumeFrom is null || !string.IsNullOrWhiteSpace(ResumeFrom),
                $"ResumeFrom must be a path or null, but is '{ResumeFrom}'."),
            (Processes is not null, "Processes must be given, but is null."),
            (Callbacks is not null && Callbacks.All(callback => callback is not null),
                $"Callbacks must hold callbacks, but {(Callbacks is null ? "is" : "holds")} null."),
            (Callbacks is null || Callbacks.Distinct(ReferenceEqualityComparer.Instance).Count() == Callbacks.Count,
                "Callbacks must hold each callback once, but holds one again."),
        ];
        return rules.Where(rule => !rule.Good).Select(rule => rule.Sentence);
    }
}

/// <summary>When a learning-rate scheduler makes a step.</summary>
public enum SchedulerInterval
{
    /// <summary>After every epoch, with the epoch's loss (on the validation data, if there is any).</summary>
    Epoch,

    /// <summary>After every step. Not for schedulers that watch a loss.</summary>
    Step,
}
