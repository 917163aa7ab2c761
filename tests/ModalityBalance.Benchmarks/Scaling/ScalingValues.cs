namespace ModalityBalance.Benchmarks.Scaling;

/// <summary>The values at which a step is measured.</summary>
/// <param name="Modalities">Numbers of encoders.</param>
/// <param name="Batches">Samples per step.</param>
/// <param name="Parameters">Per encoder, about.</param>
/// <param name="Samples">In the data set.</param>
internal sealed record ScalingValues(int[] Modalities, int[] Batches, long[] Parameters, int[] Samples)
{
    /// <summary>Those of the command.</summary>
    public static readonly ScalingValues All = new(
        [2, 3, 4, 5, 6, 7, 8],
        [8, 32, 128, 512],
        [10_000, 100_000, 1_000_000, 10_000_000],
        [1000, 10_000, 100_000]);
}
