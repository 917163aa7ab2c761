using AudioVisualDigits.Data;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

public class DigitLoadingTests
{
    [Fact]
    public void Without_a_folder_digits_are_made_until_told_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Watcher(stop.Cancel);
        FluentActions.Invoking(() => DigitLoading.Load(null, progress, stop.Token))
            .Should().Throw<OperationCanceledException>();
        progress.Last.Should().BeInRange(0.005, 0.5, "it was stopped at its first report");
    }

    [Fact]
    public void A_folder_must_hold_the_real_digits()
    {
        using var folder = new TemporaryFolder();
        FluentActions.Invoking(() => DigitLoading.Load(folder.Path, new Watcher(() => { }), default))
            .Should().Throw<BadInputException>();
    }

    private sealed class Watcher(Action onReport) : IProgress<double>
    {
        public double Last { get; private set; }

        public void Report(double value)
        {
            Last = value;
            onReport();
        }
    }
}
