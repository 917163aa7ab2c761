using System.Text.RegularExpressions;
using ModalityBalance.Tests.Support;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Documentation;

/// <summary>What docs/training.md says works.</summary>
public partial class TrainingPageTests
{
    [Theory]
    [InlineData("getting-started.md")]
    [InlineData("training.md")]
    public void The_code_of_a_page_is_the_code_that_is_compiled(string page)
    {
        string root = Root();
        var code = Path.Combine(root, "tests", "ModalityBalance.Tests", "Documentation");
        var compiled = Directory.GetFiles(code, "*Code.cs").SelectMany(File.ReadLines).Select(line => line.Trim());

        var shown = CodeBlock().Matches(File.ReadAllText(Path.Combine(root, "docs", page)))
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.TrimEntries))
            .Where(line => line.Length > 0);

        shown.Should().NotBeEmpty().And.BeSubsetOf(compiled);
    }

    [Fact]
    public void Every_source_of_the_page_can_be_trained_on()
    {
        using var scope = NewDisposeScope();

        TrainingPageCode.Sources("folder").Should().HaveCount(5).And.OnlyContain(result => result.Epochs.Count == 2);
    }

    [Fact]
    public void The_observers_of_the_page_work()
    {
        using var folder = new TemporaryFolder();
        var result = In(folder.Path, TrainingPageCode.Observers);

        result.StopReason.Should().NotBeNull();
        File.ReadLines(Path.Combine(folder.Path, "run", "epochs.csv")).Should().HaveCount(result.Epochs.Count + 1);
        File.Exists(Path.Combine(folder.Path, "run", "steps.csv")).Should().BeTrue();
        Directory.GetFiles(Path.Combine(folder.Path, "run", "tensorboard")).Should().ContainSingle();
    }

    [Fact]
    public void The_options_of_the_page_work_and_a_second_run_goes_on()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var model = Toy.Model();

        var result = In(folder.Path, Train);
        var trained = Toy.State(model);
        var again = In(folder.Path, Train);

        result.Epochs.Should().HaveCount(3);
        again.Epochs.Select(epoch => epoch.Loss).Should().Equal(result.Epochs.Select(epoch => epoch.Loss));
        Toy.State(model).Should().BeEquivalentTo(trained);

        TrainingResult Train() =>
            TrainingOptionCode.Run(model, Toy.Data().Shuffled(8, 3), Toy.Data(seed: 8).InOrder(32));
    }

    /// <summary>Does something with a folder as the current one.</summary>
    internal static T In<T>(string folder, Func<T> work)
    {
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder);
        try
        {
            return work();
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
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
