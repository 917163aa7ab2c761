namespace ModalityBalance.Benchmarks.Scaling;

/// <summary>What one quantity makes of a step's cost.</summary>
internal enum ScaledQuantity
{
    /// <summary>Number of modalities, small CNNs.</summary>
    Modalities,

    /// <summary>Samples per step, small CNNs.</summary>
    Batch,

    /// <summary>Parameters per encoder, perceptrons.</summary>
    Parameters,

    /// <summary>Samples in the data set, perceptrons; batches are drawn from it and teacher outputs from their cache.
    /// </summary>
    Samples,
}

/// <summary>A step of one strategy at one value of the quantity.</summary>
/// <param name="Quantity">What varies.</param>
/// <param name="Value">Its value.</param>
/// <param name="Strategy">As in step-cost.</param>
/// <param name="Phase">G2D's phase; null for the others.</param>
/// <param name="Milliseconds">Median over the rounds.</param>
/// <param name="Ratio">Median over the rounds of the ratio to joint training in the same round.</param>
internal sealed record ScalingPoint(
    ScaledQuantity Quantity, long Value, string Strategy, string? Phase, double Milliseconds, double Ratio);

/// <summary>How a strategy's cost grows with the number of modalities.</summary>
/// <param name="Strategy">As in step-cost.</param>
/// <param name="Phase">G2D's phase; null for the others.</param>
/// <param name="Fit">Milliseconds over modalities.</param>
internal sealed record ModalityFit(string Strategy, string? Phase, LinearFit Fit);

/// <summary>All that the command finds.</summary>
/// <param name="Points">Every quantity, value and strategy.</param>
/// <param name="Fits">One per strategy.</param>
internal sealed record ScalingResult(IReadOnlyList<ScalingPoint> Points, IReadOnlyList<ModalityFit> Fits);
