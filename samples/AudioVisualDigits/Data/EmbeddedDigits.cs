namespace AudioVisualDigits.Data;

/// <summary>
/// Digits written and spoken by formulas, without any file. Image and sound of a sample share the digit alone. The
/// task was designed so that joint training starves the image: the sound is learned at once but carries over badly to
/// new speakers, the image is learned slowly and well.
/// </summary>
internal sealed class EmbeddedDigits : IDigitRecipe
{
    private const int TrainSamples = 4000;
    private const int TestSamples = 1500;

    private readonly GlyphRenderer _glyphs;
    private readonly SineWaveSpeech _speech;

    private EmbeddedDigits(int dataSeed)
    {
        var random = new EmbeddedRandom(dataSeed);
        _glyphs = new GlyphRenderer(random);
        _speech = new SineWaveSpeech(random);
        Source = $"data seed {dataSeed}";
        Labels = [.. Enumerable.Range(0, TrainSamples + TestSamples)
            .Select(index => random.Of(EmbeddedDraw.Label, index).Integer(0, AudioVisualDigitSet.Classes))];
    }

    public string Name => "embedded-digits";

    public string Source { get; }

    public IReadOnlyList<int> Labels { get; }

    public int TrainCount => TrainSamples;

    /// <summary>Makes the task.</summary>
    /// <param name="dataSeed">Tells data sets apart, 0 to <see cref="EmbeddedRandom.MaxSeed"/>.</param>
    /// <param name="first">How many samples of each split, at least 1; null for all.</param>
    /// <param name="progress">Receives the finished share, up to 1; null for nobody.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BadInputException">The seed is out of range.</exception>
    public static AudioVisualDigitSet Generate(
        int dataSeed = 1, int? first = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (dataSeed is < 0 or > EmbeddedRandom.MaxSeed)
            throw new BadInputException($"The data seed must be 0 to {EmbeddedRandom.MaxSeed}, but is {dataSeed}.");
        var whole = new EmbeddedDigits(dataSeed);
        IDigitRecipe recipe = first is { } count ? new FirstSamples(whole, count) : whole;
        return DigitSetBuilder.Build(recipe, new SampleProgress(progress, 0, recipe.Labels.Count), cancellation);
    }

    public double[] MakeSound(int index) => _speech.Make(index, Labels[index], isTest: index >= TrainSamples);

    public void MakeImage(int index, Span<double> image) => _glyphs.Render(index, Labels[index], image);
}
