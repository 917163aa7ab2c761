namespace AudioVisualDigits.Data;

/// <summary>Carries out a recipe on all processors.</summary>
internal static class DigitSetBuilder
{
    private const int AudioLength = AudioVisualDigitSet.AudioSide * AudioVisualDigitSet.AudioSide;
    private const int ImageLength = AudioVisualDigitSet.ImageSide * AudioVisualDigitSet.ImageSide;

    /// <summary>Makes all samples of a task.</summary>
    /// <param name="recipe">The task.</param>
    /// <param name="progress">Is notified of each finished sample.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    public static AudioVisualDigitSet Build(
        IDigitRecipe recipe, SampleProgress progress, CancellationToken cancellation)
    {
        var count = recipe.Labels.Count;
        var audio = new double[count * AudioLength];
        var image = new double[count * ImageLength];
        var options = new ParallelOptions { CancellationToken = cancellation };
        Parallel.For(0, count, options, index =>
        {
            LogMel.Compute(recipe.MakeSound(index), audio.AsSpan(index * AudioLength, AudioLength));
            recipe.MakeImage(index, image.AsSpan(index * ImageLength, ImageLength));
            progress.Advance();
        });
        return Standardize(recipe, audio, image);
    }

    private static AudioVisualDigitSet Standardize(IDigitRecipe recipe, double[] audio, double[] image)
    {
        var audioScale = Standardization.Of(audio.AsSpan(0, recipe.TrainCount * AudioLength));
        var imageScale = Standardization.Of(image.AsSpan(0, recipe.TrainCount * ImageLength));
        DigitSplit Split(Range range) => new(
            audioScale.Apply(audio.AsSpan(Scaled(range, AudioLength))),
            imageScale.Apply(image.AsSpan(Scaled(range, ImageLength))),
            [.. recipe.Labels.Take(range).Select(digit => (long)digit)]);
        return new AudioVisualDigitSet(
            recipe.Name,
            recipe.Source,
            Split(..recipe.TrainCount),
            Split(recipe.TrainCount..recipe.Labels.Count),
            audioScale,
            imageScale);
    }

    private static Range Scaled(Range samples, int length) =>
        (samples.Start.Value * length)..(samples.End.Value * length);
}
