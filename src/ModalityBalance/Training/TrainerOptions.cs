using ModalityBalance.Strategies;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;
using static TorchSharp.torch.optim.lr_scheduler;

namespace ModalityBalance.Training;

/// <summary>How to train.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training data, at least 1.</summary>
    public required int Epochs { get; init; }

    /// <summary>Makes the optimizer, once the model is on its device. The trainer owns it.</summary>
    public required Func<IMultimodalModel, Optimizer> Optimizer { get; init; }

    /// <summary>Makes the learning-rate scheduler, stepped after every epoch; null for a constant rate.</summary>
    public Func<Optimizer, LRScheduler>? Scheduler { get; init; }

    /// <summary>Where to train; the trainer moves the model there. The CPU by default.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>Seed of TorchSharp's global generator, set once when training starts (dropout draws from it); null
    /// leaves it alone, which is the default. The order of the data has a seed of its own.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether the model ends with the weights of the best validation epoch instead of the last; true by
    /// default, without effect when there is no validation data.</summary>
    public bool RestoreBest { get; init; } = true;

    /// <summary>Where the teachers' outputs come from; null, the default, for strategies that need none.</summary>
    public ITeachers? Teachers { get; init; }

    /// <summary>What to do when a loss is not finite; stop by default, with the model as it was before the step.
    /// Anything but <see cref="NonFinitePolicy.Ignore"/> reads the loss from the device at every step.</summary>
    public NonFinitePolicy NonFinite { get; init; } = NonFinitePolicy.Stop;

    /// <summary>Told what happens; none by default.</summary>
    public IReadOnlyList<ITrainingObserver> Observers { get; init; } = [];

    internal void Notify(Action<ITrainingObserver> hook)
    {
        foreach (var observer in Observers)
        {
            hook(observer);
        }
    }

    internal void Check()
    {
        if (Epochs < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(Epochs), $"Epochs must be at least 1, but is {Epochs}.");
        }

        ArgumentNullException.ThrowIfNull(Optimizer);
        ArgumentNullException.ThrowIfNull(Observers);
        if (Device.type == TorchSharp.DeviceType.CUDA && !cuda.is_available())
        {
            throw new ArgumentException($"Device must be available, but is {Device} and no CUDA device is there.");
        }
    }
}
