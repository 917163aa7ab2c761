using System.Text.RegularExpressions;
using ModalityBalance.Plots.Tests.Support;
using ModalityBalance.Tests.Shared;
using Plots;

namespace ModalityBalance.Plots.Tests;

/// <summary>What docs/plots.md says works.</summary>
public sealed partial class DocumentationTests : IDisposable
{
    private static readonly string Root = DocumentedCode.Root;

    private readonly TemporaryFolder _folder = new();

    private static string Page => File.ReadAllText(Path.Combine(Root, "docs", "plots.md"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("docs/plots.md")]
    [InlineData("src/ModalityBalance.Plots/README.md")]
    public void The_code_of_the_page_is_the_code_that_is_compiled(string page) =>
        DocumentedCode.Check(page, "samples/Plots/PlotsProgram.cs", "tests/ModalityBalance.Plots.Tests/DocumentationTests.cs");

    [Fact]
    public void The_command_draws_every_picture_of_the_page()
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        PlotsProgram.Run([_folder.Path], output, error, epochs: 2).Should().Be(0, error.ToString());
        var pictures = Picture().Matches(Page).Select(picture => picture.Groups[1].Value).ToArray();
        Directory.GetFiles(_folder.Path).Select(path => Path.GetFileName(path)).Should().BeEquivalentTo(pictures);
        Directory.GetFiles(Path.Combine(Root, "docs", "images", "plots")).Select(path => Path.GetFileName(path))
            .Should().BeEquivalentTo(pictures);
        output.ToString().Should().ContainAll(pictures);
    }

    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("a", "b")]
    public void Other_arguments_are_refused(params string[] args) =>
        Refusal(args).Should().StartWith("There must be one argument");

    [Fact]
    public void A_folder_that_cannot_be_written_is_told()
    {
        File.WriteAllText(_folder.File("file"), "");
        Refusal([_folder.File("file")])
            .Should().StartWith("path must be a file that can be written, but ").And.NotContain(" at ");
    }

    [Fact]
    public void The_charts_of_your_own_are_drawn()
    {
        (double, double)[] firstSeed = [(1, 20), (2, 60)], secondSeed = [(1, 30), (2, 50)];
        string before = Environment.CurrentDirectory;
        Environment.CurrentDirectory = _folder.Path;
        try
        {
            var chart = new LineChart("Accuracy", "epoch", "accuracy in %", [Series.OfRuns("g2d", firstSeed, secondSeed)]);
            chart.SaveSvg("accuracy.svg");
            chart.SavePng("accuracy.png", ChartTheme.Dark);
            var figure = (chart with { Width = 440, Height = 300, DrawsTitle = false }).ToHtml("accuracy");
            figure.Name.LocalName.Should().Be("svg");
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }

        Directory.GetFiles(_folder.Path).Should().HaveCount(2);
    }

    private static string Refusal(string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        PlotsProgram.Run(args, output, error, epochs: 2).Should().Be(2);
        output.ToString().Should().BeEmpty();
        error.ToString().TrimEnd().Should().NotContain("\n", "it is one sentence");
        return error.ToString();
    }

    [GeneratedRegex(@"\(images/plots/([^)]+)\)")]
    private static partial Regex Picture();
}
