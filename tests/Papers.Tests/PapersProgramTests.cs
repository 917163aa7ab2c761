using System.Reflection;
using System.Text.Json;

namespace Papers.Tests;

public sealed class PapersProgramTests(PapersProgramTests.SharedFolder shared) : IClassFixture<PapersProgramTests.SharedFolder>, IDisposable
{
    private static readonly string Data = Path.Combine(
        typeof(PapersProgramTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(fact => fact.Key == "Root").Value!,
        "..", "shared", "data");

    private readonly string _folder = Directory.CreateTempSubdirectory("papers").FullName;

    public static TheoryData<string> Runnable => [.. Catalogue.All.Where(item => item.Run is not null).Select(item => item.Id)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_list_has_every_table_and_figure_of_the_papers_once()
    {
        var (code, output, _) = Run("list");

        code.Should().Be(PapersProgram.Success);
        Catalogue.All.Select(item => item.Id).Should().OnlyHaveUniqueItems().And.HaveCount(47);
        foreach (var item in Catalogue.All)
        {
            output.Should().Contain(item.Id).And.Contain(item.Shows);
        }
    }

    [Fact]
    public void No_arguments_show_the_list() => Run().Should().Be(Run("list"));

    [Fact]
    public void What_is_measured_after_training_is_measured_on_the_real_digits_too()
    {
        if (!Directory.Exists(Data))
        {
            return; // refused with a sentence: see below
        }

        var (code, _, error) = Run("run", "mmpareto-table-9", "--quick", "--out", _folder, "--data", Data);

        (code, error).Should().Be((PapersProgram.Success, ""));
        Directory.EnumerateFiles(Path.Combine(_folder, "runs-real-quick")).Should().NotBeEmpty("they are kept apart from the embedded ones");
    }

    [Theory]
    [MemberData(nameof(Runnable))]
    public void Its_quick_run_fills_the_table(string id)
    {
        var item = Catalogue.All.Single(one => one.Id == id);
        if (item.NeedsData && !Directory.Exists(Data))
        {
            return; // refused with a sentence: see below
        }

        string[] data = item.NeedsData ? ["--data", Data] : [];

        var (code, output, error) = Run(["run", id, "--quick", "--out", shared.Path, .. data]);

        (code, error).Should().Be((PapersProgram.Success, ""));
        using var table = JsonDocument.Parse(File.ReadAllText(Path.Combine(shared.Path, $"{id}-quick", "table.json")));
        int columns = table.RootElement.GetProperty("columns").GetArrayLength();
        var rows = table.RootElement.GetProperty("rows").EnumerateArray().ToArray();
        rows.Should().HaveCountGreaterThan(1);
        item.Published.SelectMany(column => column.Values.Keys).Should().BeSubsetOf(
            rows.Select(row => row.GetProperty("method").GetString()), "the paper's figures stand beside ours");
        Directory.GetFiles(Path.Combine(shared.Path, $"{id}-quick"), "*.svg").Should().HaveCount(
            table.RootElement.GetProperty("axes").ValueKind == JsonValueKind.Null ? columns : 1, "each column is drawn, or all as curves");
        foreach (var row in rows)
        {
            output.Should().Contain(row.GetProperty("method").GetString());
            row.GetProperty("values").GetArrayLength().Should().Be(columns);
            row.GetProperty("values").EnumerateArray().Should().Contain(value => value.ValueKind == JsonValueKind.Object);
        }
    }

    [Theory]
    [InlineData("g2d-table-6", "digits-quick/checkpoints")]
    [InlineData("g2d-table-3", "runs-quick")]
    public void A_second_run_resumes_after_the_first(string id, string folder)
    {
        string[] args = ["run", id, "--quick", "--out", _folder];
        string first = Run(args).Output;
        var written = Kept();

        Run(args).Output.Should().Be(first);

        Kept().Should().NotBeEmpty().And.BeEquivalentTo(written, "nothing was trained again");

        Dictionary<string, DateTime> Kept() => Directory
            .EnumerateFiles(Path.Combine(_folder, folder), "*", SearchOption.AllDirectories)
            .ToDictionary(file => file, File.GetLastWriteTimeUtc);
    }

    [Fact]
    public void A_damaged_run_is_named()
    {
        string[] args = ["run", "g2d-table-3", "--quick", "--out", _folder];
        Run(args);
        string file = Directory.EnumerateFiles(Path.Combine(_folder, "runs-quick")).Single();
        File.WriteAllText(file, "[[1, 2");

        var (code, _, error) = Run(args);

        code.Should().Be(PapersProgram.BadInput);
        error.Should().StartWith($"'{file}' must hold the figures of a run, but cannot be read: ").And.Contain("Delete it.");
    }

    [Fact]
    public void A_canceled_run_trains_nothing()
    {
        using var error = new StringWriter();
        string[] args = ["run", "g2d-table-3", "--quick", "--out", _folder];

        int code = new PapersProgram(TextWriter.Null, error).Run(args, new CancellationToken(canceled: true));

        code.Should().Be(PapersProgram.Canceled);
        error.ToString().Trim().Should().Be("Canceled. Finished runs are kept: the same command resumes after them.");
        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }

    [Theory]
    [InlineData("The item must be one of the list (Papers list), but is 'g2d-table-99'.", "run", "g2d-table-99")]
    [InlineData("'i2mcl-table-5' cannot be run: a diagram, list or picture, without results.", "run", "i2mcl-table-5")]
    [InlineData("--data must be given for 'mmpareto-table-3', the folder of the real digits, but is not.", "run", "mmpareto-table-3")]
    [InlineData("--seeds must be at least 1, but is 0.", "run", "g2d-table-6", "--seeds", "0")]
    [InlineData("Required command was not provided.", "tables")]
    public void What_cannot_be_run_is_said_in_one_sentence(string expected, params string[] args)
    {
        var (code, _, error) = Run(args);

        code.Should().Be(PapersProgram.BadInput);
        error.Trim().Should().Be(expected);
    }

    [Fact]
    public void A_folder_without_digits_is_refused_before_training()
    {
        var (code, _, error) = Run("run", "mmpareto-table-5", "--data", _folder, "--out", _folder);

        code.Should().Be(PapersProgram.BadInput);
        error.Should().Contain("t10k-images").And.Contain("is missing");
        Directory.EnumerateFileSystemEntries(_folder).Should().BeEmpty();
    }

    private static (int Code, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = new PapersProgram(output, error).Run(args);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The folder of all quick runs, which share those on the digits.</summary>
    public sealed class SharedFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("papers").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
