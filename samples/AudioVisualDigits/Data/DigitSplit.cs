namespace AudioVisualDigits.Data;

/// <summary>Samples of one split, standardized by the statistics of the training split.</summary>
/// <param name="Audio">Log-mel spectrograms, [Count, 1, 32, 32] in row-major order.</param>
/// <param name="Image">Images, [Count, 1, 28, 28] in row-major order.</param>
/// <param name="Labels">The digits, 0 to 9.</param>
internal sealed record DigitSplit(float[] Audio, float[] Image, long[] Labels)
{
    /// <summary>Gets the number of samples.</summary>
    public int Count => Labels.Length;
}
