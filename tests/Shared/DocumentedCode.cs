using System.Text.RegularExpressions;

namespace ModalityBalance.Tests.Shared;

/// <summary>The code of a page of the documentation, compared with code that is compiled.</summary>
internal static partial class DocumentedCode
{
    /// <summary>Gets the folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Checks that every line of a page's C# stands in one of the files.</summary>
    /// <param name="page">Its path from the root.</param>
    /// <param name="files">Paths from the root.</param>
    public static void Check(string page, params IReadOnlyList<string> files)
    {
        var compiled = files.SelectMany(path => File.ReadLines(Path.Combine(Root, path))).Select(line => line.Trim());
        CodeBlock().Matches(File.ReadAllText(Path.Combine(Root, page)))
            .SelectMany(block => block.Groups[1].Value.Split('\n', StringSplitOptions.TrimEntries))
            .Where(line => line.Length > 0).Should().NotBeEmpty().And.BeSubsetOf(compiled);
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ModalityBalance.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
