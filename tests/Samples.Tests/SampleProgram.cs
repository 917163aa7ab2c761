using System.Diagnostics;

namespace Samples.Tests;

/// <summary>Runs a sample as a user does: as a process, in a folder of its own.</summary>
internal static class SampleProgram
{
    // Far above the half minute that the longest one takes.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a sample to its end.</summary>
    /// <param name="name">The sample's name, which is that of its assembly.</param>
    /// <param name="arguments">What it is given.</param>
    /// <returns>The exit code, and the lines of the standard output and of the standard error.</returns>
    public static (int ExitCode, string[] Output, string[] Error) Run(string name, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("modality-balance-");
        try
        {
            var start = new ProcessStartInfo(
                "dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll"), .. arguments])
            {
                WorkingDirectory = folder.FullName,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{name} did not end within {Limit}.");
            }

            return (process.ExitCode, Lines(output.Result), Lines(error.Result));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string[] Lines(string text) => [.. text.TrimEnd().Split('\n').Select(line => line.TrimEnd())];
}
