using System.Reflection;

namespace ModalityBalance.Mpi.Tests;

/// <summary>The code of docs/distributed.md is compiled.</summary>
public class DistributedPageTests
{
    private static readonly string Root = typeof(DistributedPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(fact => fact.Key == "Root").Value!;

    [Fact]
    public void Every_line_of_its_code_is_compiled()
    {
        string[] compiled = Lines(Path.Combine(Root, "tests", "ModalityBalance.Mpi.Worker", "DistributedCode.cs"));

        string[] page = Lines(Path.Combine(Root, "docs", "distributed.md"));
        var code = page.Aggregate((Inside: false, Lines: new List<string>()), (state, line) =>
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                return (line == "```csharp", state.Lines);
            }

            if (state.Inside)
            {
                state.Lines.Add(line);
            }

            return state;
        }).Lines;

        code.Should().HaveCountGreaterThan(10).And.OnlyContain(line => compiled.Contains(line));
    }

    private static string[] Lines(string path) => [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
}
