namespace AudioVisualDigits.Experiments;

/// <summary>What runs write beside their results, and whether they resume.</summary>
internal sealed record RunFlags
{
    /// <summary>Gets whether to write what the strategy did in every step.</summary>
    public bool Trace { get; init; }

    /// <summary>Gets whether to write curves for TensorBoard.</summary>
    public bool TensorBoard { get; init; }

    /// <summary>Gets whether to write a page that shows the results.</summary>
    public bool Report { get; init; }

    /// <summary>Gets the steps between two checkpoints; null for one after every epoch.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>Gets whether to resume from the checkpoints of the same study.</summary>
    public bool Resume { get; init; }
}
