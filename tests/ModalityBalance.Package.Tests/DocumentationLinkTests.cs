using System.Text.RegularExpressions;

namespace ModalityBalance.Package.Tests;

/// <summary>Every link between the pages leads somewhere, and every page can be reached from the index.</summary>
public partial class DocumentationLinkTests
{
    private static readonly string Root = BuildFacts.Root;

    private static readonly string[] Pages =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories),
        .. Directory.EnumerateFiles(Root, "*.md"),
    ];

    public static TheoryData<string> Names => [.. Pages.Select(page => Path.GetRelativePath(Root, page))];

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_links_lead_somewhere(string name)
    {
        string page = Path.Combine(Root, name);

        Links(page).Where(link => !Exists(page, link)).Should().BeEmpty();
    }

    [Fact]
    public void Every_page_can_be_reached_from_the_index()
    {
        var open = new Queue<string>([Path.Combine(Root, "docs", "README.md")]);
        var reached = new HashSet<string>(open);
        while (open.TryDequeue(out string? page))
        {
            foreach (string target in Links(page).Select(link => Target(page, link)).Where(File.Exists))
            {
                if (target.EndsWith(".md", StringComparison.Ordinal) && reached.Add(target))
                {
                    open.Enqueue(target);
                }
            }
        }

        Pages.Where(page => page.StartsWith(Path.Combine(Root, "docs"), StringComparison.Ordinal)).Should().BeSubsetOf(reached);
    }

    /// <summary>Links to other files and to headings, outside of code.</summary>
    private static IEnumerable<string> Links(string page) => Link().Matches(Code().Replace(File.ReadAllText(page), ""))
        .Select(match => match.Groups[1].Value).Where(link => !link.Contains("://", StringComparison.Ordinal));

    private static bool Exists(string page, string link)
    {
        string target = Target(page, link);
        int mark = link.IndexOf('#', StringComparison.Ordinal);
        return mark < 0 || !target.EndsWith(".md", StringComparison.Ordinal)
            ? Path.Exists(target)
            : File.Exists(target) && Headings(target).Contains(link[(mark + 1)..]);
    }

    private static string Target(string page, string link)
    {
        string path = link.Split('#')[0];
        return path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
    }

    /// <summary>The anchors that a site makes of a page's headings.</summary>
    private static IEnumerable<string> Headings(string page) => File.ReadLines(page)
        .Where(line => line.StartsWith('#'))
        .Select(line => NotInAnchors().Replace(line.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"```.*?```|`[^`\n]*`", RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();
}
