using System.Text.Json;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests.Report;

public sealed class ReportDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Asking_for_a_report_changes_no_figure()
    {
        var (plain, watched) = (Result("g2d"), Result("g2d", "--report"));
        Figures(watched).Should().Equal(Figures(plain));
        plain.GetProperty("epochs")[0].TryGetProperty("scores", out _).Should().BeFalse();
        plain.TryGetProperty("missing", out _).Should().BeFalse();
    }

    [Fact]
    public void The_last_epoch_scores_what_the_run_ends_with()
    {
        var run = Result("uniform", "--report");
        var last = run.GetProperty("epochs")[2].GetProperty("scores");
        last.GetProperty("fused").GetDouble().Should().Be(run.GetProperty("fusedAccuracy").GetDouble());
        last.GetProperty("heads")[1].GetDouble()
            .Should().Be(run.GetProperty("modalities")[1].GetProperty("headAccuracy").GetDouble());
        run.GetProperty("missing").GetProperty("rates")[0].GetProperty("accuracy").GetDouble()
            .Should().Be(run.GetProperty("fusedAccuracy").GetDouble(), "at rate 0 nothing is missing");
    }

    [Fact]
    public void With_validation_the_curves_are_the_validation_scores()
    {
        foreach (var epoch in Result("joint", "--report", "--validation", "0.5").GetProperty("epochs").EnumerateArray())
            epoch.GetProperty("scores").GetProperty("fused").GetDouble()
                .Should().Be(epoch.GetProperty("validationAccuracy").GetDouble());
    }

    [Theory]
    [InlineData(10, 20, 50, 1)]
    [InlineData(4, 1, 200, 2)]
    public void Steps_are_kept_at_equal_distances_a_few_hundred_at_the_most(
        int epochs, int batch, int points, int distance)
    {
        var settings = new RunSettings("late", epochs, epochs, 1, batch, 0.001, 0, 0, 0, "cpu");
        var kept = new Experiment(TinyDigits.Set, settings, _folder.Path, forReport: true)
            .Run(
                StrategyRegistry.Of("mmpareto"), 0, [], new RunCheckpoints(_folder.Path + "/run", null, false), default)
            .Steps!;
        long[] expected = [.. Enumerable.Range(0, points).Select(i => (long)i * distance)];
        kept.Steps.Should().Equal(expected);
        kept.Figures.Values.Should().OnlyContain(values => values.Count == expected.Length);
        kept.Figures["cosine_audio"].Should().OnlyContain(cosine => Math.Abs(cosine) <= 1.0001);
    }

    private JsonElement Result(string strategy, params string[] args)
    {
        ProgramRun.OnMoreDigits(
            ["train", "--strategy", strategy, "--epochs", "3", "--batch", "40", "--out", _folder.Path, .. args])
            .ExitCode.Should().Be(DigitsProgram.Success);
        return ProgramRun.Read(Path.Combine(_folder.Path, "result.json")).GetProperty("runs")[0];
    }

    private static IEnumerable<double> Figures(JsonElement run) =>
    [
        run.GetProperty("fusedAccuracy").GetDouble(),
        .. run.GetProperty("modalities").EnumerateArray().Select(one => one.GetProperty("probeAccuracy").GetDouble()),
        .. run.GetProperty("epochs").EnumerateArray().Select(epoch => epoch.GetProperty("loss").GetDouble()),
    ];
}
