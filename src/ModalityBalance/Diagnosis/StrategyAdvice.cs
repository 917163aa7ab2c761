namespace ModalityBalance.Diagnosis;

/// <summary>A strategy to try.</summary>
/// <param name="Strategy">Its name, that of <see cref="Strategies.IGradientStrategy.Name"/>.</param>
/// <param name="Reason">Why, and with which settings, in a sentence.</param>
public sealed record StrategyAdvice(string Strategy, string Reason)
{
    /// <summary>Returns both, separated by a colon.</summary>
    public override string ToString() => $"{Strategy}: {Reason}";
}
