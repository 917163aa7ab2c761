using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Teachers;

namespace ModalityBalance.Training;

/// <summary>The base class of callbacks, which are invoked during training. Every hook does nothing by default.</summary>
/// <remarks>
/// Strategies may change what is learned; callbacks only watch, save and stop.
/// <code>
/// OnFitStart
/// for each epoch:
///     OnEpochStart                    also when the epoch is resumed in its middle
///     for each batch, for each turn of the strategy:
///         OnStepStart                 before the gradients
///         gradients by the strategy, optimizer step
///         OnStep                      inside the step's dispose scope; not for steps that are skipped
///     validation, best weights
///     strategy's OnEpochEnd, learning-rate schedule
///     OnEpochEnd
/// OnFitEnd                            not after an exception or a cancellation
///
/// when canceled, before the OperationCanceledException:
///     OnInterrupted                   between steps, or during validation; invoked on every callback, also when one fails
/// </code>
/// Callbacks are invoked in the order of the options. Checkpoints that they ask for are written when all callbacks of the hook
/// have been invoked, so that the order makes no difference to a resumed run. An exception from a hook ends training.
/// </remarks>
public abstract class TrainingCallback
{
    private TrainingRun? _run;

    /// <summary>The state that the callback keeps between hooks, for checkpoints. A resumed run restores it before
    /// <see cref="OnFitStart"/>. The trainer frees it at the end of the run.</summary>
    public StateDict State { get; } = new();

    /// <summary>Whether the callback is invoked in every process of a training in several processes. Defaults to <see
    /// langword="false"/>: only in process 0. It must be <see langword="true"/> for a callback that sums over processes, as it
    /// does when it makes a <see cref="TrainingStep"/> of its own.</summary>
    public virtual bool RunsInEveryProcess => false;

    /// <summary>The run, from <see cref="OnFitStart"/> on.</summary>
    /// <exception cref="InvalidOperationException">No run has started.</exception>
    protected TrainingRun Run => _run
        ?? throw new InvalidOperationException($"{GetType().Name} must be given to a trainer to have a run, but was not.");

    /// <summary>Invoked before the first epoch. The run cannot be saved yet.</summary>
    public virtual void OnFitStart()
    {
    }

    /// <summary>Invoked before the first batch of an epoch.</summary>
    /// <param name="epoch">The number of the epoch, from 0.</param>
    public virtual void OnEpochStart(int epoch)
    {
    }

    /// <summary>Invoked before the strategy computes the gradients of a step.</summary>
    /// <param name="batch">The batch, on the model's device. Its tensors live until the step ends.</param>
    /// <param name="teachers">The teachers' outputs for the batch, or <see langword="null"/> without teachers.</param>
    public virtual void OnStepStart(MultimodalBatch batch, TeacherOutputs? teachers)
    {
    }

    /// <summary>Invoked after the optimizer has moved the parameters.</summary>
    /// <param name="step">The step. Its tensors live until the hook returns.</param>
    /// <param name="report">What the strategy did. Reading a figure waits for the device: read rarely.</param>
    public virtual void OnStep(TrainingStep step, StepReport report)
    {
    }

    /// <summary>Invoked after an epoch and its validation.</summary>
    /// <param name="summary">The epoch in numbers.</param>
    public virtual void OnEpochEnd(EpochSummary summary)
    {
    }

    /// <summary>Invoked after a cancellation. The run can be saved and resumed from here.</summary>
    public virtual void OnInterrupted()
    {
    }

    /// <summary>Invoked after the last epoch.</summary>
    /// <param name="result">The whole run in numbers.</param>
    public virtual void OnFitEnd(TrainingResult result)
    {
    }

    internal void Attach(TrainingRun run) => _run = run;
}
