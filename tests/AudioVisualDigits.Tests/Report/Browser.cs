using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests.Report;

/// <summary>A Chromium without a window.</summary>
internal static partial class Browser
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);

    /// <summary>Gets the program; null where there is none on PATH.</summary>
    public static string? Program { get; } = (
        from name in new[] { "chromium", "chromium-browser", "google-chrome" }
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path).FirstOrDefault();

    /// <summary>Measures a page at several widths.</summary>
    /// <param name="page">The page.</param>
    /// <param name="dark">Whether the reader prefers dark colors.</param>
    /// <returns>What it is like at each width, and what the browser's console says.</returns>
    public static (IReadOnlyList<PageView> Views, IReadOnlyList<string> Console) Measure(string page, bool dark)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("page.html", Encoding.UTF8.GetBytes(
            "<!DOCTYPE html><meta charset=\"utf-8\"><body>"
            + $"<script>const reportPage = {JsonSerializer.Serialize(page)};</script><script>{Script()}</script>"));
        string[] switches = dark ? ["--force-dark-mode"] : [];
        var (document, log) = Run(
            folder.Path,
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--enable-logging=stderr",
                $"--user-data-dir={Path.Combine(folder.Path, "profile")}", .. switches, "--dump-dom", path,
            ]);
        var result = Result().Match(document);
        result.Success.Should().BeTrue($"the page was measured; the browser said: {log}");
        return (
            JsonSerializer.Deserialize<PageView[]>(Uri.UnescapeDataString(result.Groups[1].Value), Format)!,
            [.. log.Split('\n').Where(line => line.Contains(":CONSOLE:", StringComparison.Ordinal))]);
    }

    private static (string Output, string Error) Run(string folder, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Program!, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(Limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{Program} must end within {Limit}, but did not.");
        }

        return (output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }

    private static string Script()
    {
        using var stream = typeof(Browser).Assembly.GetManifestResourceStream("measure.js")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    [GeneratedRegex("<pre id=\"result\">([^<]*)</pre>")]
    private static partial Regex Result();
}

/// <summary>A page at one width, as the browser shows it.</summary>
/// <param name="Width">The width of the window.</param>
/// <param name="Dark">Whether the page is dark.</param>
/// <param name="Charts">The titles of the charts.</param>
/// <param name="Headings">The headings of the sections.</param>
/// <param name="Faults">What does not fit, overlaps or cannot be read.</param>
internal sealed record PageView(int Width, bool Dark, string[] Charts, string[] Headings, string[] Faults);
