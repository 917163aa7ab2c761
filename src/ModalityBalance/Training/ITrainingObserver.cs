using ModalityBalance.Gradients;
using ModalityBalance.Strategies;

namespace ModalityBalance.Training;

/// <summary>
/// Told what happens during training; every hook does nothing by default. An exception from a hook ends training.
/// <code>
/// OnFitStart
/// SetState                            when a checkpoint is resumed that holds the observer's state
/// for each epoch:
///     OnEpochStart                    also when the epoch is resumed in its middle
///     for each step:
///         gradients by the strategy, optimizer step
///         OnStep                      inside the step's dispose scope; not for steps that are skipped
///     validation, if any
///     learning-rate schedule, best weights
///     OnEpochEnd
/// OnFitEnd                            not after an exception or a cancellation
///
/// when cancelled, before the OperationCanceledException:
///     OnInterrupted                   between steps, or during validation; every observer is told, also when one fails
/// </code>
/// Observers are told in the order of the options.
/// </summary>
public interface ITrainingObserver
{
    /// <summary>Before the first epoch.</summary>
    /// <param name="run">The run; observers may keep it until training ends. It cannot be saved yet.</param>
    void OnFitStart(TrainingRun run)
    {
    }

    /// <summary>Before an epoch's first batch.</summary>
    /// <param name="epoch">From 0.</param>
    void OnEpochStart(int epoch)
    {
    }

    /// <summary>After the optimizer has moved the parameters.</summary>
    /// <param name="step">The step; its tensors live until the hook returns.</param>
    /// <param name="report">What the strategy did. Reading a number waits for the device: read rarely.</param>
    void OnStep(TrainingStep step, StepReport report)
    {
    }

    /// <summary>After an epoch and its validation.</summary>
    /// <param name="summary">The epoch in numbers.</param>
    void OnEpochEnd(EpochSummary summary)
    {
    }

    /// <summary>After a cancellation; the run can be saved and resumed from here.</summary>
    void OnInterrupted()
    {
    }

    /// <summary>What the observer remembers, for a checkpoint; empty for most.</summary>
    /// <returns>A name and a number per quantity.</returns>
    IReadOnlyDictionary<string, double> GetState() => new Dictionary<string, double>();

    /// <summary>Restores what <see cref="GetState"/> gave, exactly.</summary>
    void SetState(IReadOnlyDictionary<string, double> state)
    {
    }

    /// <summary>After the last epoch.</summary>
    /// <param name="result">The whole run in numbers.</param>
    void OnFitEnd(TrainingResult result)
    {
    }
}
