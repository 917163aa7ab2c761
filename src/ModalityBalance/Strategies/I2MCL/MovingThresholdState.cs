namespace ModalityBalance.Strategies;

/// <summary>What a checkpoint carries of a <see cref="MovingThreshold"/>.</summary>
/// <param name="IsStarted">Whether a first batch has started the average; a value of 0 does not tell.</param>
/// <param name="Value">The threshold, in the unit of the loss; 0 if it is not started.</param>
public readonly record struct MovingThresholdState(bool IsStarted, double Value);
