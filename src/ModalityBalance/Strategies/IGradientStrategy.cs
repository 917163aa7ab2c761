namespace ModalityBalance.Strategies;

/// <summary>
/// A rule by which the parameters of a multimodal network learn from one batch. It leaves a gradient on every
/// parameter that shall move and none (null, not zero) on the others; it never moves a parameter itself. In a loop of
/// your own:
/// <code>
/// var step = new TrainingStep(model, task, batch);
/// strategy.ComputeGradients(step);
/// optimizer.step();
/// </code>
/// </summary>
public interface IGradientStrategy
{
    /// <summary>The method's name, as in its paper.</summary>
    string Name { get; }

    /// <summary>What the strategy needs beyond a model and a batch.</summary>
    StrategyNeeds Needs { get; }

    /// <summary>Replaces the gradients of all the model's parameters.</summary>
    /// <param name="step">The batch and the tools to differentiate the model on it; used once.</param>
    /// <returns>What was done. Its numbers can be read until the step's dispose scope ends.</returns>
    StepReport ComputeGradients(TrainingStep step);
}
