using System.Diagnostics;
using System.Text.Json;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

/// <summary>Studies that end early and go on.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_process_that_is_interrupted_and_killed_goes_on_as_if_it_had_not_been()
    {
        string[] args = ["train", "--strategy", "mmpareto", "--epochs", "1", "--checkpoint-every", "2"];
        string[] ended = [.. args, "--out", Folder("ended")];

        var (code, error) = await End("-INT", ended);
        code.Should().Be(130);
        error.Should().EndWith($"bash eng/demo.sh {string.Join(' ', ended)} --resume\n");
        (code, error) = await End("-KILL", [.. ended, "--resume"]);
        code.Should().Be(128 + 9, error);

        ProgramRun.Of([.. ended, "--resume"]).Output.Should().MatchRegex("resumed after step [0-9]+, in epoch 1 of 1");
        ProgramRun.Of([.. args, "--out", Folder("whole")]).ExitCode.Should().Be(0);
        Runs("ended").Should().Be(Runs("whole"));
    }

    [Fact]
    public void A_comparison_goes_on_with_the_runs_that_are_left()
    {
        string[] args = ["compare", "--strategies", "joint,i2mcl,g2d", "--seeds", "2", "--epochs", "2", "--batch", "20"];
        using var cancellation = new CancellationTokenSource();
        using var watcher = CancelAfter(cancellation, "joint-");
        var stopped = ProgramRun.Of(
            (_, _, _) => TinyDigits.Set, cancellation.Token, [.. args, "--out", Folder("ended")]);
        stopped.ExitCode.Should().Be(130);

        ProgramRun.OnTinyDigits([.. args, "--out", Folder("ended"), "--resume"]).ExitCode.Should().Be(0);
        ProgramRun.OnTinyDigits([.. args, "--out", Folder("whole")]).ExitCode.Should().Be(0);

        Runs("ended").Should().Be(Runs("whole"));
    }

    [Fact]
    public void The_report_of_a_resumed_run_shows_the_whole_of_it()
    {
        string[] args = ["train", "--strategy", "mmpareto", "--epochs", "4", "--batch", "20", "--report"];
        ProgramRun.OnTinyDigits([.. args, "--out", Folder("whole")]).ExitCode.Should().Be(0);
        using var cancellation = new CancellationTokenSource();
        using var watcher = CancelAfter(cancellation, "step-000000000010");
        ProgramRun.Of((_, _, _) => TinyDigits.Set, cancellation.Token, [.. args, "--out", Folder("ended")]);

        ProgramRun.OnTinyDigits([.. args, "--out", Folder("ended"), "--resume"]).ExitCode.Should().Be(0);

        Drawn("ended").Should().Equal(Drawn("whole"));
        ProgramRun.OnTinyDigits([.. args, "--out", Folder("ended"), "--resume"]).ExitCode.Should().Be(0);
        Drawn("ended").Should().Equal(Drawn("whole"), "a finished run is shown again");
    }

    /// <summary>The lines of all charts of a report.</summary>
    private string[] Drawn(string name) => [.. File.ReadAllText(Path.Combine(Folder(name), "report.html"))
        .Split(" d=\"").Skip(1).Select(rest => rest[..rest.IndexOf('"', StringComparison.Ordinal)])];

    /// <summary>Cancels as soon as a run has left a checkpoint.</summary>
    private FileSystemWatcher CancelAfter(CancellationTokenSource source, string run)
    {
        var watcher = new FileSystemWatcher(Directory.CreateDirectory(Folder("ended")).FullName)
        {
            IncludeSubdirectories = true,
        };
        watcher.Renamed += (_, renamed) =>
        {
            if (renamed.FullPath.Contains(run, StringComparison.Ordinal))
                source.Cancel();
        };
        watcher.EnableRaisingEvents = true;
        return watcher;
    }

    private string Folder(string name) => Path.Combine(_folder.Path, name);

    private string? NewestCheckpoint() => Directory.Exists(Folder("ended"))
        ? Directory.GetFiles(Folder("ended"), "*.checkpoint", SearchOption.AllDirectories).Max()
        : null;

    /// <summary>Runs the program in a process of its own, and ends that once it has written a checkpoint.</summary>
    private async Task<(int ExitCode, string Error)> End(string signal, string[] args)
    {
        var before = NewestCheckpoint();
        using var limit = new CancellationTokenSource(Limit);
        using var process = Start(args);
        while (!process.HasExited && NewestCheckpoint() == before)
            await Task.Delay(20, limit.Token);
        using var kill = Process.Start("bash", ["-c", $"kill {signal} {process.Id}"]);
        var error = await process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, error);
    }

    /// <summary>All runs of a result but for their times.</summary>
    private string Runs(string name) => string.Join('\n', ProgramRun.Read(Path.Combine(Folder(name), "result.json"))
        .GetProperty("runs").EnumerateArray().Select(run => string.Join(
            ' ', run.EnumerateObject().Where(entry => entry.Name is not ("secondsPerEpoch" or "epochs"))
                .Select(entry => entry.Value.GetRawText())
                .Concat(run.GetProperty("epochs").EnumerateArray().Select(Losses)))));

    private static string Losses(JsonElement epoch) => epoch.GetProperty("loss").GetRawText();

    private static Process Start(string[] args)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "AudioVisualDigits.dll");

        // Tests that run in the background ignore interrupts, and so would the programs that they start.
        return Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "dotnet", program, .. args])
        {
            RedirectStandardError = true,
        })!;
    }
}
