using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

/// <summary>The check values of the recipe, to the digits that it prints.</summary>
public class RealDigitsTests
{
    private static readonly Lazy<AudioVisualDigitSet> Set = new(() => RealDigits.Load(SharedData.Folder!));

    [RealDataFact]
    public void Splits_have_the_class_counts_of_the_recipe()
    {
        ClassCounts(Set.Value.Train).Should().Equal(773, 905, 834, 803, 788, 723, 756, 813, 787, 818);
        ClassCounts(Set.Value.Test).Should().Equal(207, 230, 198, 207, 194, 169, 202, 215, 187, 191);
    }

    [RealDataFact]
    public void Four_components_carry_a_quarter_of_the_variance()
    {
        var images = MnistTestImages.Read(DataFolder.Mnist(SharedData.Folder!));
        var components = PrincipalComponents.Fit([.. Enumerable.Range(0, 8000).Select(images.Image)], 0.25);
        components.Explained.Should().Equal(
            [0.1016, 0.1762, 0.2363, 0.2908], (found, expected) => Math.Abs(found - expected) < 5e-5);
    }

    [RealDataFact]
    public void Images_are_paired_with_the_recordings_of_the_recipe()
    {
        Pairs(Set.Value.Train, first: 0, recordings: 2700).Should().Equal(2107, 593, 420, 5, 1278, 471, 1176, 2631);
        Pairs(Set.Value.Test, first: 8000, recordings: 300).Should().Equal(132, 288, 287, 218, 33, 58, 285, 24);
        var names = SpokenDigits.FindNames(DataFolder.Recordings(SharedData.Folder!));
        names.Where(name => !name.IsTest).ElementAt(2107).FileName.Should().Be("7_theo_42.wav");
        names.Where(name => name.IsTest).ElementAt(132).FileName.Should().Be("4_lucas_2.wav");
    }

    [RealDataFact]
    public void Statistics_equal_those_of_the_recipe()
    {
        Set.Value.AudioScale.Mean.Should().BeApproximately(5.12641946, 5e-9);
        Set.Value.AudioScale.Deviation.Should().BeApproximately(1.08874383, 5e-9);
        Set.Value.ImageScale.Mean.Should().BeApproximately(0.13008844, 5e-9);
        Set.Value.ImageScale.Deviation.Should().BeApproximately(0.21807084, 5e-9);
    }

    [RealDataFact]
    public void Spectrograms_equal_those_of_the_recipe()
    {
        Set.Value.Train.Audio[(10 * 32 + 10)..(10 * 32 + 16)].Should().Equal(
            [.15440490f, .87483108f, 1.76589441f, 2.36086106f, 1.60102952f, -.73675787f], EqualToSinglePrecision);
        Set.Value.Test.Audio[(1999 * 1024)..(1999 * 1024 + 4)].Should().Equal(
            [-1.36479962f, -.61337286f, -1.28885376f, -.22302884f], EqualToSinglePrecision);
    }

    [RealDataFact]
    public void Images_equal_those_of_the_recipe() =>
        Set.Value.Train.Image[(14 * 28 + 10)..(14 * 28 + 16)].Should().Equal(
            [1.26000524f, 1.01403308f, .92213356f, 1.21738565f, 1.65781748f, 2.30746222f], EqualToSinglePrecision);

    [Fact]
    public void A_missing_data_folder_is_named_with_what_it_must_hold()
    {
        var load = () => RealDigits.Load("/no/such/folder");
        load.Should().Throw<BadInputException>().WithMessage(
            "'/no/such/folder' is missing: a data folder holds mnist/t10k-images-idx3-ubyte *fsdd/recordings/*.wav.");
    }

    [Fact]
    public void An_empty_data_folder_is_refused()
    {
        using var folder = new TemporaryFolder();
        var load = () => RealDigits.Load(folder.Path);
        load.Should().Throw<BadInputException>().WithMessage("*t10k-images-idx3-ubyte' is missing*");
    }

    [Fact]
    public void A_data_folder_without_recordings_is_refused()
    {
        using var folder = new TemporaryFolder();
        folder.Write("mnist/t10k-images-idx3-ubyte", IdxBytes.Images());
        folder.Write("mnist/t10k-labels-idx1-ubyte", IdxBytes.Labels());
        var load = () => RealDigits.Load(folder.Path);
        load.Should().Throw<BadInputException>().WithMessage("*recordings' is missing*");
    }

    [RealDataFact]
    public void Loading_ends_when_it_is_canceled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var load = () => RealDigits.Load(SharedData.Folder!, cancellation: source.Token);
        load.Should().Throw<OperationCanceledException>();
    }

    // Two values that agree to 8 decimals may still round to neighboring floats.
    private static bool EqualToSinglePrecision(float found, float expected) =>
        found >= MathF.BitDecrement(expected) && found <= MathF.BitIncrement(expected);

    private static IEnumerable<int> ClassCounts(DigitSplit split) =>
        split.Labels.CountBy(digit => digit).OrderBy(pair => pair.Key).Select(pair => pair.Value);

    private static IEnumerable<int> Pairs(DigitSplit split, int first, int recordings) =>
        split.Labels.Take(8).Select((digit, k) => NoisySpeech.RecordingOf(first + k, (int)digit, recordings));
}
