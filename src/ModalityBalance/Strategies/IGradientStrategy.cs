using ModalityBalance.Evaluation;
using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>A rule that turns one batch into gradients. Derive from <see cref="GradientStrategy"/>, which implements every
/// member but <see cref="ComputeGradients"/>.</summary>
/// <remarks>
/// <code>
/// Validate                          before training; all problems are reported at once
/// for each epoch:
///     OnEpochStart                  not repeated when a run is resumed within the epoch
///     for each batch, for each turn:
///         ComputeGradients          the only member that a strategy must implement
///         optimizer step            at the rates scaled by LearningRateScale
///     validation, best weights
///     OnEpochEnd                    before the scheduler and the callbacks
/// GetWarnings                       before and after training
/// </code>
/// A strategy leaves a gradient on every parameter that is to move and none (null, not zero) on the others. It never moves a
/// parameter itself. Use one instance per run. In a loop of your own:
/// <code>
/// using var scope = NewDisposeScope();
/// var step = new TrainingStep(model, task, batch);
/// strategy.ComputeGradients(step);
/// optimizer.step();
/// </code>
/// </remarks>
public interface IGradientStrategy
{
    /// <summary>The name of the method, as in its paper.</summary>
    string Name { get; }

    /// <summary>The method with its settings: the same text for the same behavior in any culture. A run is not resumed by a
    /// strategy with another description.</summary>
    string Description { get; }

    /// <summary>The requirements beyond a model and a batch.</summary>
    StrategyRequirements Requirements { get; }

    /// <summary>The state between steps. The trainer saves, restores and rolls it back.</summary>
    StateDict State { get; }

    /// <summary>Replaces the gradients of all parameters of the model.</summary>
    /// <param name="step">The batch, and the tools to differentiate the model on it. Used once.</param>
    /// <returns>What was done. Its figures can be read until the step's dispose scope ends.</returns>
    StepReport ComputeGradients(TrainingStep step);

    /// <summary>The number of gradient computations and optimizer steps per batch, at least 1.</summary>
    /// <param name="modalityCount">The number of modalities, M.</param>
    int TurnsPerBatch(int modalityCount);

    /// <summary>The factor on the learning rate of one modality's parameter groups, finite and at least 0. Read before every
    /// optimizer step if <see cref="Requirements"/> holds <see cref="StrategyRequirements.ParameterGroups"/>.</summary>
    /// <param name="modality">An index in [0, M) for a group with parameters of only that encoder or its unimodal head,
    /// or <see langword="null"/> for every other group.</param>
    double LearningRateScale(int? modality);

    /// <summary>Called before the first batch of an epoch; not repeated when a run is resumed within the epoch.</summary>
    /// <param name="epoch">The epoch, and what the strategy may ask of the run.</param>
    void OnEpochStart(EpochContext epoch);

    /// <summary>Called after the validation of an epoch, before the scheduler and the callbacks.</summary>
    /// <param name="epoch">The epoch, and what the strategy may ask of the run.</param>
    /// <param name="validation">The scores on the validation data, or <see langword="null"/> without any.</param>
    void OnEpochEnd(EpochContext epoch, EvaluationResult? validation);

    /// <summary>Compares the strategy's settings with a plan of training.</summary>
    /// <param name="plan">The training to come.</param>
    /// <returns>One sentence per problem. Training does not start if there is any.</returns>
    IEnumerable<string> Validate(TrainingPlan plan);

    /// <summary>Sentences that a user should read: before training on the settings, and after it on the run too. May read the
    /// device.</summary>
    IEnumerable<string> GetWarnings();
}
