using System.Globalization;
using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>Every sample runs, and writes what docs/samples.md shows.</summary>
public sealed partial class SampleTests
{
    [Fact]
    public void QuickStart_shows_what_joint_training_starves()
    {
        string[] lines = OutputLikeThePage("QuickStart");

        var vision = lines[2..].ToDictionary(line => line.Split(' ')[0], line => Numbers(line)[^1]);
        vision["Joint"].Should().BeLessThan(vision["Uniform"] - 20);
    }

    [Fact]
    public void QuickStart_stays_below_80_lines() => File.ReadLines(InOutput("QuickStart.txt")).Count().Should().BeLessThan(80);

    [Fact]
    public void CustomStrategy_resumes_to_the_last_bit()
    {
        string[] lines = OutputLikeThePage("CustomStrategy");

        lines[^1].Should().Be("Both end with the same test loss, to the last bit.");
        lines[8..^1].Should().Equal(lines[1..7], "a resumed run repeats the one that was not interrupted");
    }

    [Fact]
    public void OwnModel_finds_the_starved_modality()
    {
        string[] lines = OutputLikeThePage("OwnModel");

        lines.Where(line => line.EndsWith("starved", StringComparison.Ordinal))
            .Should().ContainSingle().Which.Should().StartWith("text ");
    }

    /// <summary>Runs a sample. Its words must be those of the page; numbers may differ as they do between processors.</summary>
    private static string[] OutputLikeThePage(string name)
    {
        var (code, output, error) = SampleProgram.Run(name);

        code.Should().Be(0, "{0} wrote: {1}", name, string.Join('\n', error));
        string[] shown = Shown(name);
        output.Select(Words).Should().Equal(shown.Select(Words));
        output.Zip(shown).Where(pair => !Alike(pair.First, pair.Second)).Should().BeEmpty("the page shows the second of each");
        return output;
    }

    /// <summary>A few samples more or less are right, and early stopping may come an epoch earlier or later.</summary>
    private static bool Alike(string line, string expected)
    {
        double least = expected.Contains('%', StringComparison.Ordinal) ? 10 : 0.05;
        return Numbers(line).Zip(Numbers(expected)).All(
            pair => Math.Abs(pair.First - pair.Second) <= Math.Max(least, 0.5 * Math.Abs(pair.Second)));
    }

    /// <summary>The output that the page shows: the block after the sample's command.</summary>
    private static string[] Shown(string name)
    {
        string page = File.ReadAllText(InOutput("samples.md"));
        var block = Regex.Match(
            page, $"dotnet run -c Release --project samples/{name}\n+```text\n(.*?)\n```", RegexOptions.Singleline);
        block.Success.Should().BeTrue("the page must show the output of {0}", name);
        return block.Groups[1].Value.Split('\n');
    }

    private static string InOutput(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private static string Words(string line) => Spaces().Replace(Number().Replace(line, "#"), " ");

    private static double[] Numbers(string line) =>
        [.. Number().Matches(line).Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
