namespace AudioVisualDigits.Data;

/// <summary>
/// Written digits of MNIST, reduced to their strongest principal components, paired with noisy spoken digits of
/// the Free Spoken Digit Dataset.
/// </summary>
internal sealed class RealDigits : IDigitRecipe
{
    private const int TrainImages = 8000;
    private const double ImageVariance = 0.25;

    // Rough shares of the time, for the progress.
    private const double ReadShare = 0.1;
    private const double ComponentsShare = 0.35;

    private readonly NoisySpeech _speech;
    private readonly MnistTestImages _written;
    private readonly PrincipalComponents _components;

    private RealDigits(string folder, MnistTestImages written, SpokenDigits spoken)
    {
        Source = folder;
        Labels = Array.ConvertAll(written.Labels, label => (int)label);
        _speech = new NoisySpeech(spoken.Train, spoken.Test);
        _written = written;
        var trainImages = Enumerable.Range(0, TrainImages).Select(written.Image);
        _components = PrincipalComponents.Fit([.. trainImages], ImageVariance);
    }

    public string Name => "real-digits";

    public string Source { get; }

    public IReadOnlyList<int> Labels { get; }

    public int TrainCount => TrainImages;

    /// <summary>Reads a data folder and makes the task.</summary>
    /// <param name="folder">The data folder, with mnist and fsdd in it.</param>
    /// <param name="progress">Receives the finished share, up to 1; null for nobody.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="BadInputException">The folder or a file in it is missing or damaged.</exception>
    public static AudioVisualDigitSet Load(
        string folder, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        DataFolder.Check(folder);
        var written = MnistTestImages.Read(DataFolder.Mnist(folder));
        var spoken = SpokenDigits.Read(DataFolder.Recordings(folder), cancellation);
        progress?.Report(ReadShare);
        var recipe = new RealDigits(folder, written, spoken);
        progress?.Report(ComponentsShare);
        var samples = new SampleProgress(progress, ComponentsShare, recipe.Labels.Count);
        return DigitSetBuilder.Build(recipe, samples, cancellation);
    }

    public double[] MakeSound(int index) => _speech.Make(index, Labels[index], isTest: index >= TrainImages);

    public void MakeImage(int index, Span<double> image) =>
        _components.Reconstruct(_written.Image(index)).AsArray().CopyTo(image);
}
