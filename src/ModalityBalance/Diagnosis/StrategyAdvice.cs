namespace ModalityBalance.Diagnosis;

/// <summary>A strategy to try.</summary>
/// <param name="Strategy">Which one.</param>
/// <param name="Reason">Why, and with which settings, in a sentence.</param>
public sealed record StrategyAdvice(AdvisedStrategy Strategy, string Reason);

/// <summary>The strategies that a diagnosis can name.</summary>
public enum AdvisedStrategy
{
    /// <summary><see cref="Strategies.JointTraining"/>.</summary>
    Joint,

    /// <summary><see cref="Strategies.UniformBaseline"/>.</summary>
    Uniform,

    /// <summary><see cref="Strategies.MMPareto"/>.</summary>
    MMPareto,

    /// <summary><see cref="Strategies.I2MCL"/>.</summary>
    I2MCL,

    /// <summary><see cref="Strategies.G2D"/>.</summary>
    G2D,
}
