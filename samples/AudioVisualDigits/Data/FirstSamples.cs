namespace AudioVisualDigits.Data;

/// <summary>The first samples of both splits of a task.</summary>
/// <param name="whole">The task.</param>
/// <param name="count">How many of each split, at least 1; fewer where there are fewer.</param>
internal sealed class FirstSamples(IDigitRecipe whole, int count) : IDigitRecipe
{
    private readonly int[] _indices =
    [
        .. Enumerable.Range(0, whole.TrainCount).Take(count),
        .. Enumerable.Range(whole.TrainCount, whole.Labels.Count - whole.TrainCount).Take(count),
    ];

    public string Name => whole.Name;

    public string Source => $"{whole.Source}, the first {count} samples of each split";

    public IReadOnlyList<int> Labels => [.. _indices.Select(index => whole.Labels[index])];

    public int TrainCount => Math.Min(count, whole.TrainCount);

    public double[] MakeSound(int index) => whole.MakeSound(_indices[index]);

    public void MakeImage(int index, Span<double> image) => whole.MakeImage(_indices[index], image);
}
