using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

public sealed class DivergenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("the loss of Joint must be finite", "--batch", "20")]
    [InlineData("the test loss is", "--batch", "100", "--epochs", "1")]
    public void Training_that_diverges_is_told(string expected, params string[] args)
    {
        var run = ProgramRun.OnTinyDigits(["train", "--lr", "1e30", "--out", _folder.Path, .. args]);
        run.Error.Should().StartWith("--lr must be small enough to learn, but is 1E+30").And.Contain(expected);
        run.ExitCode.Should().Be(DigitsProgram.BadInput);
        Directory.EnumerateFiles(_folder.Path).Should().BeEmpty();
    }

    [Theory]
    [InlineData("train", "--strategy", "umt")]
    [InlineData("diagnose", "--held-out", "0.5")]
    public void So_are_teachers(params string[] command) => ProgramRun.OnMoreDigits(
            [.. command, "--lr", "1e30", "--batch", "20", "--out", _folder.Path])
        .Error.Should().StartWith("--lr must be small enough to learn, but is 1E+30");

    [Fact]
    public void Runs_that_were_finished_before_are_kept()
    {
        var run = ProgramRun.OnTinyDigits(
            "compare", "--strategies", "joint,i2mcl", "--seeds", "1", "--epochs", "1", "--batch", "20",
            "--distillation-scale", "1e38", "--out", _folder.Path);

        run.ExitCode.Should().Be(DigitsProgram.BadInput);
        run.Error.Should().StartWith(
            "--lr and --distillation-scale must be small enough to learn, but are 0.03 and 1E+38: ");
        run.Lines[^1].Should().StartWith("Results: ");
        ProgramRun.Read(Path.Combine(_folder.Path, "result.json")).GetProperty("runs").EnumerateArray()
            .Should().ContainSingle().Which.GetProperty("strategy").GetString().Should().Be("joint");
    }
}
