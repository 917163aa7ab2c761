using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests.Report;

/// <summary>A report with every section, from two short runs of every strategy. Tests share it.</summary>
public sealed class FullReport
{
    public FullReport()
    {
        using var folder = new TemporaryFolder();
        Program = ProgramRun.OnTinyDigits(
            "compare", "--out", folder.Path, "--report",
            "--strategies", "joint,unimodal,mmpareto,i2mcl,g2d,uniform,umt,pareto",
            "--fusion", "concat", "--seeds", "2", "--epochs", "3", "--batch", "20");
        Page = File.ReadAllText(Path.Combine(folder.Path, "report.html"));
        Files = [.. Directory.GetFiles(folder.Path).Select(path => Path.GetFileName(path)!)];
    }

    /// <summary>Gets the page.</summary>
    public string Page { get; }

    /// <summary>Gets the names of the files in the folder.</summary>
    public IReadOnlyList<string> Files { get; }

    internal ProgramRun Program { get; }
}

/// <summary>The tests that share the report.</summary>
[CollectionDefinition(nameof(FullReport))]
public sealed class FullReportTests : ICollectionFixture<FullReport>;
