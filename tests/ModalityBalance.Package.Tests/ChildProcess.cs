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
        var (code, output, errors) = Run(folder, temporary, [], arguments);
        var written = $"{output}\n{errors}";
        code.Should().Be(0, "dotnet {0} wrote:\n{1}\n", string.Join(' ', arguments), written);
        return written;
    }

    /// <summary>Runs a dotnet command to its end, however it ends.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="temporary">Where its temporary files go.</param>
    /// <param name="environment">Further variables.</param>
    /// <param name="arguments">The command.</param>
    /// <returns>The exit code, the standard output and the standard error.</returns>
    public static (int ExitCode, string Output, string Errors) Run(
        string folder, string temporary, Dictionary<string, string> environment, params IEnumerable<string> arguments)
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
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(
                $"dotnet {string.Join(' ', arguments)} did not end within {Limit}:\n{output.Result}\n{errors.Result}");
        }

        return (process.ExitCode, output.Result, errors.Result);
    }
}
