using System.Diagnostics;
using ModalityBalance.Plots.Tests.Support;

namespace ModalityBalance.Plots.Tests;

public sealed class FontTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [FontlessFact]
    public void A_system_without_fonts_draws_the_same()
    {
        var (png, svg) = (_folder.File("chart.png"), _folder.File("chart.svg"));
        Fontless.Run(Environment.ProcessPath!, "exec", typeof(FontTests).Assembly.Location, png, svg)
            .Should().Be((0, "no fonts"));
        File.ReadAllBytes(png).Should().Equal(Sample.Lines.ToPng());
        File.ReadAllText(svg).Should().Be(Sample.Lines.ToSvg());
    }
}

/// <summary>A fact about a system without fonts, skipped where they cannot be hidden.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FontlessFactAttribute : FactAttribute
{
    public FontlessFactAttribute()
    {
        if (!Fontless.IsPossible)
        {
            Skip = "The fonts of this system cannot be hidden from a process: that takes Linux, unshare and the right to mount.";
        }
    }
}

/// <summary>Programs that see no font.</summary>
internal static class Fontless
{
    private const string Hide =
        "for d in /usr/share/fonts /usr/local/share/fonts \"$HOME/.fonts\"; do "
        + "[ ! -d \"$d\" ] || mount -t tmpfs none \"$d\" || exit 9; done; exec \"$@\"";

    public static bool IsPossible { get; } = OperatingSystem.IsLinux() && File.Exists("/usr/bin/unshare") && Run("true").ExitCode == 0;

    /// <summary>Runs a program to its end.</summary>
    public static (int ExitCode, string Output) Run(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(
            "/usr/bin/unshare", ["--mount", "/bin/sh", "-c", Hide, "sh", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        _ = error.GetAwaiter().GetResult();
        return (process.ExitCode, output);
    }
}
