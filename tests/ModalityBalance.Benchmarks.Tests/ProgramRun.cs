using System.Text.Json;

namespace ModalityBalance.Benchmarks.Tests;

/// <summary>One run of the program inside the test's process, on one thread.</summary>
internal sealed record ProgramRun(int ExitCode, string Output, string Error)
{
    public static ProgramRun Of(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return new ProgramRun(new BenchmarkProgram(output, error).Run(args), output.ToString(), error.ToString());
    }

    /// <summary>A run that writes its results to a file.</summary>
    public static JsonElement Json(params string[] args)
    {
        string path = Path.GetTempFileName();
        try
        {
            var run = Of([.. args, "--threads", "1", "--json", path]);
            run.Error.Should().BeEmpty();
            run.ExitCode.Should().Be(0);
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            File.Exists(path + ".new").Should().BeFalse();
            return document.RootElement.Clone();
        }
        finally
        {
            File.Delete(path);
        }
    }
}
