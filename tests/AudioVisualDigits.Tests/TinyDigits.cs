using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests;

/// <summary>A hundred digits to train on and fifty to test on, each a bright row in noise: enough to run everything.
/// </summary>
internal static class TinyDigits
{
    public static readonly AudioVisualDigitSet Set = Make(100);

    /// <summary>Twice as many to train on, so that half of them are enough to judge on.</summary>
    public static readonly AudioVisualDigitSet More = Make(200);

    private static AudioVisualDigitSet Make(int trainCount)
    {
        var random = new Random(1);
        return new AudioVisualDigitSet(
            "tiny-digits", "the tests", Split(random, trainCount), Split(random, 50), new(0, 1), new(0, 1));
    }

    private static DigitSplit Split(Random random, int count)
    {
        long[] labels = [.. Enumerable.Range(0, count).Select(i => (long)(i % AudioVisualDigitSet.Classes))];
        return new DigitSplit(
            Rows(random, labels, AudioVisualDigitSet.AudioSide),
            Rows(random, labels, AudioVisualDigitSet.ImageSide),
            labels);
    }

    private static float[] Rows(Random random, long[] labels, int side) =>
    [
        .. from label in labels
           from pixel in Enumerable.Range(0, side * side)
           select (float)(random.NextDouble() + (pixel / side / 2 == label ? 2 : 0)),
    ];
}
