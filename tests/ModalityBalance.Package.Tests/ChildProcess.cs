using System.Diagnostics;

namespace ModalityBalance.Package.Tests;

/// <summary>Runs programs to their end.</summary>
internal static class ChildProcess
{
    // Far above what any of them takes; a restore may wait for a slow feed.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs a dotnet command, which must succeed, without leaving a build server behind.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="temporary">Where its temporary files go; MSBuild leaves some behind.</param>
    /// <param name="arguments">The command.</param>
    /// <returns>What it wrote, errors too.</returns>
    public static string Dotnet(string folder, string temporary, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TMPDIR"] = temporary;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        var command = $"dotnet {string.Join(' ', start.ArgumentList)}";

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{command} did not end within {Limit}:\n{output.Result}\n{errors.Result}");
        }

        var written = $"{output.Result}\n{errors.Result}";
        process.ExitCode.Should().Be(0, "{0} wrote:\n{1}\n", command, written);
        return written;
    }
}
