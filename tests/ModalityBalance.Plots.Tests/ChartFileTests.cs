using ModalityBalance.Plots.Tests.Support;

namespace ModalityBalance.Plots.Tests;

public sealed class ChartFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_hold_what_is_drawn_in_folders_that_are_made()
    {
        Sample.Lines.SaveSvg(_folder.File("new/deep/chart.svg"));
        Sample.Lines.SavePng(_folder.File("new/chart.png"), ChartTheme.Dark, 1);
        File.ReadAllText(_folder.File("new/deep/chart.svg")).Should().Be(Sample.Lines.ToSvg());
        File.ReadAllBytes(_folder.File("new/chart.png")).Should().Equal(Sample.Lines.ToPng(ChartTheme.Dark, 1));
        Names().Should().BeEquivalentTo("chart.svg", "chart.png");
    }

    [Fact]
    public void A_file_is_written_aside_and_renamed()
    {
        string path = _folder.File("chart.svg");
        File.WriteAllText(path, "old");
        using (var reader = File.OpenText(path))
        {
            Sample.Lines.SaveSvg(path);
            reader.ReadToEnd().Should().Be("old", "who reads it has the old file to its end");
        }

        File.ReadAllText(path).Should().StartWith("<svg");
        Names().Should().Equal("chart.svg");
    }

    [Fact]
    public void What_cannot_be_drawn_leaves_the_old_file()
    {
        string path = _folder.File("chart.png");
        File.WriteAllText(path, "old");
        FluentActions.Invoking(() => Sample.Lines.SavePng(path, ChartTheme.Automatic)).Should().Throw<ArgumentException>();
        File.ReadAllText(path).Should().Be("old");
        Names().Should().Equal("chart.png");
    }

    [Fact]
    public void A_path_that_cannot_be_written_is_told_and_leaves_nothing()
    {
        Directory.CreateDirectory(_folder.File("chart.svg"));
        FluentActions.Invoking(() => Sample.Lines.SaveSvg(_folder.File("chart.svg"))).Should().Throw<IOException>()
            .WithMessage($"path must be a file that can be written, but '{_folder.File("chart.svg")}' is not: *");
        File.WriteAllText(_folder.File("file"), "");
        FluentActions.Invoking(() => Sample.Lines.SaveSvg(_folder.File("file/chart.svg"))).Should().Throw<IOException>()
            .WithMessage("path must be a file that can be written, but *");
        Names().Should().Equal("file");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void An_empty_path_is_refused(string path) =>
        FluentActions.Invoking(() => Sample.Lines.SaveSvg(path))
            .Should().Throw<ArgumentException>().WithParameterName(nameof(path));

    private IEnumerable<string> Names() =>
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path));
}
