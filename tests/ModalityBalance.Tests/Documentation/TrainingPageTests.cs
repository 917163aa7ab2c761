using System.Text.RegularExpressions;
using ModalityBalance.Tests.Teachers;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>What docs/training.md says works.</summary>
public partial class TrainingPageTests
{
    [Fact]
    public void The_code_of_the_page_is_the_code_that_is_compiled()
    {
        string root = Root();
        var code = Path.Combine(root, "tests", "ModalityBalance.Tests", "Documentation");
        var compiled = Directory.GetFiles(code, "*Code.cs").SelectMany(File.ReadLines).Select(line => line.Trim());

        var shown = CodeBlock().Matches(File.ReadAllText(Path.Combine(root, "docs", "training.md")))
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.TrimEntries))
            .Where(line => line.Length > 0);

        shown.Should().NotBeEmpty().And.BeSubsetOf(compiled);
    }

    [Fact]
    public void Every_source_of_the_page_can_be_trained_on()
    {
        using var scope = NewDisposeScope();

        TrainingPageCode.Sources("folder").Should().HaveCount(4).And.OnlyContain(result => result.Epochs.Count == 2);
    }

    [Fact]
    public void The_observers_of_the_page_work()
    {
        using var folder = new TemporaryFolder();
        string before = Directory.GetCurrentDirectory();
        TrainingResult result;
        Directory.SetCurrentDirectory(folder.Path);
        try
        {
            result = TrainingPageCode.Observers();
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }

        result.StopReason.Should().NotBeNull();
        File.ReadLines(Path.Combine(folder.Path, "run", "epochs.csv")).Should().HaveCount(result.Epochs.Count + 1);
        File.Exists(Path.Combine(folder.Path, "run", "steps.csv")).Should().BeTrue();
        Directory.GetFiles(Path.Combine(folder.Path, "run", "tensorboard")).Should().ContainSingle();
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ModalityBalance.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
