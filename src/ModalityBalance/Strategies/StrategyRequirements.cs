namespace ModalityBalance.Strategies;

/// <summary>What a strategy needs beyond a model and a batch.</summary>
[Flags]
public enum StrategyRequirements
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>A prediction from each modality alone.</summary>
    UnimodalHeads = 1,

    /// <summary>The teachers' outputs for every batch.</summary>
    Teachers = 2,
}
