using AudioVisualDigits.Data;

namespace AudioVisualDigits.Tests.Data;

public class DigitSetBuilderTests
{
    private readonly SmallRecipe _recipe = new();

    [Fact]
    public void Splits_follow_each_other_and_keep_their_labels()
    {
        var set = Build();
        (set.Name, set.Source).Should().Be(("small", "here"));
        set.Train.Labels.Should().Equal(0, 1, 2, 3);
        set.Test.Labels.Should().Equal(4, 5);
        (set.Train.Count, set.Train.Audio.Length, set.Train.Image.Length).Should().Be((4, 4 * 1024, 4 * 784));
        (set.Test.Count, set.Test.Audio.Length, set.Test.Image.Length).Should().Be((2, 2 * 1024, 2 * 784));
    }

    // Training images are 0, 1, 2, 3 throughout: mean 1.5, population variance 1.25.
    [Fact]
    public void Both_splits_are_standardized_by_the_training_split()
    {
        var set = Build();
        set.ImageScale.Should().Be(new Standardization(1.5, Math.Sqrt(1.25)));
        set.Train.Image[2 * 784].Should().BeApproximately((float)(0.5 / Math.Sqrt(1.25)), 1e-6f);
        set.Test.Image[^1].Should().BeApproximately((float)(3.5 / Math.Sqrt(1.25)), 1e-6f);
        set.Train.Audio.Average().Should().BeApproximately(0, 1e-5f);
    }

    [Fact]
    public void Progress_rises_to_one()
    {
        var reports = new Reports();
        DigitSetBuilder.Build(_recipe, new SampleProgress(reports, 0.4, 6), default);
        reports.Should().HaveCount(6).And.BeInAscendingOrder();
        reports[0].Should().BeApproximately(0.5, 1e-12);
        reports[^1].Should().Be(1);
    }

    [Fact]
    public void Progress_of_many_samples_is_told_by_the_percent()
    {
        var reports = new Reports();
        var progress = new SampleProgress(reports, 0, 5500);
        for (var sample = 0; sample < 5500; sample++)
            progress.Advance();
        reports.Should().HaveCount(100);
    }

    [Fact]
    public void Work_ends_when_it_is_canceled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var build = () => DigitSetBuilder.Build(_recipe, new SampleProgress(null, 0, 6), source.Token);
        build.Should().Throw<OperationCanceledException>();
    }

    private AudioVisualDigitSet Build() => DigitSetBuilder.Build(_recipe, new SampleProgress(null, 0, 6), default);

    private sealed class Reports : List<double>, IProgress<double>
    {
        public void Report(double value) => Add(value);
    }

    private sealed class SmallRecipe : IDigitRecipe
    {
        public string Name => "small";

        public string Source => "here";

        public IReadOnlyList<int> Labels { get; } = [0, 1, 2, 3, 4, 5];

        public int TrainCount => 4;

        public double[] MakeSound(int index) =>
            [.. Enumerable.Range(0, LogMel.ClipLength).Select(n => Math.Sin(0.1 * (index + 1) * n))];

        public void MakeImage(int index, Span<double> image) => image.Fill(index);
    }
}
