using System.Text.RegularExpressions;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Tests.Data;
using static TorchSharp.torch;

namespace AudioVisualDigits.Tests.Documentation;

/// <summary>What the README and the pages in docs say works.</summary>
public partial class DocumentationTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Commands =>
        [.. Pages.SelectMany(page => Command().Matches(page)).Select(match => match.Groups[1].Value.Trim()).Distinct()];

    private static IEnumerable<string> Pages =>
        Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Append(Path.Combine(Root, "README.md"))
            .Select(File.ReadAllText);

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_command_is_understood(string arguments)
    {
        using var folder = new TemporaryFolder();
        using var current = new CurrentFolder(folder.Path);
        var run = ProgramRun.Of(
            (_, _, _) => throw new OperationCanceledException(),
            default,
            arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        run.ExitCode.Should().Be(arguments.Trim() == "strategies" ? DigitsProgram.Success : DigitsProgram.Canceled, run.Error);
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("src/ModalityBalance/README.md")]
    public void The_code_of_the_readme_is_the_code_that_is_compiled(string readme)
    {
        var compiled = Lines(Path.Combine(Root, "tests", "AudioVisualDigits.Tests", "Documentation", "ReadmeCode.cs"));
        var blocks = CodeBlock().Matches(File.ReadAllText(Path.Combine(Root, readme)));
        blocks.Should().HaveCount(3);
        var shown = blocks.SelectMany(block => block.Groups[2].Value.Split('\n'))
            .Where(line => !line.StartsWith('-'))
            .Select(line => line.TrimStart('+').Trim())
            .Where(line => line.Length > 0);
        compiled.Should().Contain(shown);
    }

    [Fact]
    public void The_code_of_the_readme_runs()
    {
        using var scope = NewDisposeScope();
        var settings = new RunSettings("late", 1, 1, 1, 1, 1, 0, 0, ValidationShare: 0.3, "cpu");
        var data = DigitData.Of(TinyDigits.Set, settings, seed: 1);
        FluentActions.Invoking(() => ReadmeCode.Run(data.Train, data.Train)).Should().NotThrow();
    }

    [Fact]
    public void The_readme_stays_short() => Lines(Path.Combine(Root, "README.md")).Count().Should().BeLessThan(200);

    private static IEnumerable<string> Lines(string path) => File.ReadLines(path).Select(line => line.Trim());

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ModalityBalance.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(@"bash eng/demo\.sh([^`\n|]*)")]
    private static partial Regex Command();

    [GeneratedRegex(@"```(csharp|diff)\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
