using System.Globalization;
using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Teachers;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace ModalityBalance.Training;

/// <summary>How to train.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training data, at least 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>Makes the optimizer, once the model is on its device. The trainer owns it. Give it parameter groups for
    /// rates of their own: <see cref="IMultimodalModel.EncoderParameters"/> of each modality and
    /// <see cref="IMultimodalModel.SharedParameters"/> are all parameters, each once. Parameters of another model are
    /// refused; trainable ones that it leaves out are named in the result's remarks.</summary>
    public required Func<IMultimodalModel, Optimizer> Optimizer { get; init; }

    /// <summary>Makes the learning-rate scheduler of the optimizer that it is given; null, the default, for a constant
    /// rate.</summary>
    public Func<Optimizer, LRScheduler>? Scheduler { get; init; }

    /// <summary>When the scheduler makes a step; after every epoch by default.</summary>
    public SchedulerInterval SchedulerInterval { get; init; } = SchedulerInterval.Epoch;

    /// <summary>Steps at the beginning over which all learning rates rise linearly to their full height, at least 0;
    /// none by default. It multiplies whatever the scheduler says.</summary>
    public int WarmUpSteps { get; init; }

    /// <summary>The greatest Euclidean length of the whole gradient, finite and above 0; longer ones are scaled down to it. Null,
    /// the default, for no bound.</summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>Batches of the source that make up one step, at least 1; 1 by default. The strategy sees them as one
    /// batch, solved once, with the same gradients as that batch has; but encoders run on parts of the first batch's
    /// size, one after the other (twice: see <see cref="TrainingStep"/>), so that no more than one part's graph is in
    /// memory. Layers that mix samples, such as batch normalisation, see one part at a time.</summary>
    public int BatchesPerStep { get; init; } = 1;

    /// <summary>Where to train; the trainer moves the model there. The CPU by default.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Seed of TorchSharp's global generator, set once when training starts (dropout draws from it); null
    /// leaves it alone, which is the default. The order of the data has a seed of its own.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the model ends with the weights of the best validation epoch instead of the last; true by
    /// default, without effect when there is no validation data.</summary>
    public bool RestoreBestWeights { get; init; } = true;

    /// <summary>The score by which the best epoch is chosen, higher is better; NaN is never best. Defaults to the primary score
    /// of the fused prediction. An epoch whose validation loss is not finite is never the best.</summary>
    public Func<EvaluationResult, double>? BestEpochScore { get; init; }

    /// <summary>Where the teachers' outputs come from; null, the default, for strategies that need none.</summary>
    public ITeacherSource? Teachers { get; init; }

    /// <summary>What to do when a loss or gradient is not finite; stop by default, with the model as it was before the
    /// step. Anything but <see cref="NonFinitePolicy.Ignore"/> passes over all gradients and reads the device once in
    /// every step.</summary>
    public NonFinitePolicy OnNonFinite { get; init; } = NonFinitePolicy.Stop;

    /// <summary>A checkpoint of the same training to go on from; null, the default, to begin at the beginning.
    /// <see cref="Checkpoint.FindNewest"/> finds the last good one of a folder.</summary>
    public string? ResumeFrom { get; init; }

    /// <summary>The callbacks to invoke, in order. Empty by default.</summary>
    public IReadOnlyList<TrainingCallback> Callbacks { get; init; } = [];

    internal double Score(EvaluationResult validation) =>
        BestEpochScore?.Invoke(validation) ?? validation.Fused.Primary;

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
