using ModalityBalance.Gradients;

namespace ModalityBalance.Strategies;

/// <summary>
/// A rule by which the parameters of a multimodal network learn from one batch. It leaves a gradient on every
/// parameter that shall move and none (null, not zero) on the others; it never moves a parameter itself. Some remember
/// things between steps: use one instance per run. In a loop of your own:
/// <code>
/// using var scope = NewDisposeScope();
/// var step = new TrainingStep(model, task, batch);
/// strategy.ComputeGradients(step);
/// optimizer.step();
/// </code>
/// </summary>
public interface IGradientStrategy
{
    /// <summary>The method's name, as in its paper.</summary>
    string Name { get; }

    /// <summary>The method with its settings, the same text for the same behaviour in any culture: a run is not resumed by
    /// a strategy of another description. The name by default.</summary>
    string Description => Name;

    /// <summary>What the strategy needs beyond a model and a batch.</summary>
    StrategyRequirements Requirements { get; }

    /// <summary>Replaces the gradients of all the model's parameters.</summary>
    /// <param name="step">The batch and the tools to differentiate the model on it; used once.</param>
    /// <returns>What was done. Its numbers can be read until the step's dispose scope ends.</returns>
    StepReport ComputeGradients(TrainingStep step);

    /// <summary>What the strategy remembers between steps, for a checkpoint; empty for most.</summary>
    /// <returns>A name and a number per quantity; reading them waits for the device.</returns>
    IReadOnlyDictionary<string, double> GetState() => new Dictionary<string, double>();

    /// <summary>Restores what <see cref="GetState"/> gave, exactly.</summary>
    /// <exception cref="ArgumentException">It is the state of another strategy.</exception>
    void SetState(IReadOnlyDictionary<string, double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Count > 0)
        {
            throw new ArgumentException(
                $"state must be empty for {Name}, but holds {string.Join(", ", state.Keys)}.", nameof(state));
        }
    }

    /// <summary>What a user should know about the run so far, in sentences; none by default. May read the device.
    /// </summary>
    IEnumerable<string> GetWarnings() => [];

    /// <summary>Checks a plan of training against the strategy's own schedule; no findings by default.</summary>
    /// <param name="plan">What is to come.</param>
    /// <returns>One sentence per finding.</returns>
    IEnumerable<string> Validate(TrainingPlan plan) => [];
}
