using System.Text.RegularExpressions;

namespace ModalityBalance.Package.Tests;

/// <summary>The messages that docs/errors.md explains are those of the code.</summary>
public sealed partial class ErrorPageTests
{
    // Of the build and of TorchSharp.
    private const int MessagesOfOthers = 2;

    private static readonly string Page = File.ReadAllText(Path.Combine(BuildFacts.Root, "docs", "errors.md"));

    public static TheoryData<string> Messages =>
        [.. Row().Matches(Page).Select(row => row.Groups[1].Value).Where(message => message != "warning MB0001")];

    [Fact]
    public void Every_row_of_the_page_is_checked()
    {
        int rows = Page.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal)
            && !line.StartsWith("| message", StringComparison.Ordinal));

        Messages.Should().HaveCount(rows - MessagesOfOthers);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void A_message_of_the_page_is_one_of_the_library(string message)
    {
        string[] parts = message.Split('…', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

        Sources().Should().Contain(source => parts.All(part => source.Contains(part, StringComparison.Ordinal)));
    }

    /// <summary>The files of the library, with string literals joined over lines and interpolations left out.</summary>
    private static IEnumerable<string> Sources() => Directory
        .EnumerateFiles(Path.Combine(BuildFacts.Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(file => Seam().Replace(File.ReadAllText(file), ""));

    [GeneratedRegex(@"^\| `([^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex Seam();
}
