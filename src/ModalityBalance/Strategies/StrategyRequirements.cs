namespace ModalityBalance.Strategies;

/// <summary>The requirements of a strategy beyond a model and a batch.</summary>
[Flags]
public enum StrategyRequirements
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>A prediction from each single modality.</summary>
    UnimodalHeads = 1,

    /// <summary>The outputs of unimodal teachers for every batch.</summary>
    Teachers = 2,

    /// <summary>Validation data, for <see cref="IGradientStrategy.OnEpochEnd"/>.</summary>
    Validation = 4,

    /// <summary>An optimizer with a parameter group per encoder, for <see cref="IGradientStrategy.LearningRateScale"/>.
    /// </summary>
    ParameterGroups = 8,
}
