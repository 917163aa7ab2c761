using System.Diagnostics;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

/// <summary>Where results cannot go, and where they go.</summary>
public sealed class OutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Result => Path.Combine(_folder.Path, "result.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_output_folder_that_cannot_be_made_is_told_before_training()
    {
        var file = _folder.Write("file", []);
        var run = ProgramRun.OnTinyDigits("train", "--out", Path.Combine(file, "out"));
        ShouldBeRefused(run, "must be writable");
        run.Output.Should().BeEmpty();
    }

    [Theory]
    [InlineData("train", "--strategy", "umt")]
    [InlineData("train", "--strategy", "joint")]
    [InlineData("diagnose", "--held-out", "0.5")]
    public void An_output_folder_that_cannot_keep_the_run_is_told(params string[] command) => ShouldBeRefused(
        ProgramRun.OnMoreDigits([.. command, "--epochs", "1", "--out", _folder.Write("file", []), "--json", Result]),
        "The folder of --out must keep the run, but");

    [Fact]
    public void A_result_file_that_is_a_folder_is_told() =>
        ShouldBeRefused(ProgramRun.OnTinyDigits("train", "--json", _folder.Path), "but is a folder");

    [Fact]
    public void A_pipe_or_a_device_is_not_replaced()
    {
        var pipe = Path.Combine(_folder.Path, "pipe");
        using var made = Process.Start("mkfifo", pipe);
        made.WaitForExit();
        var link = File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), "/dev/null");
        foreach (var path in new[] { pipe, "/dev/null", "/dev/stdout", link.FullName })
            ShouldBeRefused(ProgramRun.OnTinyDigits("train", "--json", path), $"'{path}' must be a file");
        File.Exists(pipe).Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_stays_and_what_it_leads_to_is_written(bool isThere)
    {
        var target = isThere ? _folder.Write("target", [1]) : Path.Combine(_folder.Path, "target");
        var link = File.CreateSymbolicLink(Path.Combine(_folder.Path, "link"), "target").FullName;
        ProgramRun.OnTinyDigits("train", "--epochs", "1", "--out", _folder.Path, "--json", link)
            .ExitCode.Should().Be(0);
        ProgramRun.Read(target).GetProperty("runs").GetArrayLength().Should().Be(1);
        new FileInfo(link).LinkTarget.Should().Be("target");
    }

    [Theory]
    [InlineData("> /dev/full", 2)]
    [InlineData(">&-", 2)]
    [InlineData("2> /dev/full", 0)]
    [InlineData("> /dev/full 2> /dev/full", 2)]
    public void A_console_that_takes_nothing_does_not_end_the_program(string redirection, int code)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "AudioVisualDigits.dll");
        using var process = Process.Start("bash", ["-c", $"dotnet {program} train --help {redirection}"]);
        process.WaitForExit();
        process.ExitCode.Should().Be(code);
    }

    [Fact]
    public void A_writer_drops_what_its_target_does_not_take()
    {
        using var full = new StreamWriter(new FileStream("/dev/full", new FileStreamOptions
        {
            Access = FileAccess.Write,
            BufferSize = 0,
        }))
        {
            AutoFlush = true,
        };
        using var writer = new UnbrokenWriter(full);
        writer.Failure.Should().BeNull();
        writer.WriteLine("text");
        writer.Write('c');
        writer.Failure.Should().BeOfType<IOException>();
    }

    private static void ShouldBeRefused(ProgramRun run, string expected)
    {
        run.Error.Should().Contain(expected).And.NotContain("   at ");
        run.ExitCode.Should().Be(DigitsProgram.BadInput);
    }
}
