using System.Text.Json;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

public sealed class CompareCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_tells_each_run_and_ends_with_one_table()
    {
        var run = Compare("--strategies", "joint,uniform", "--seeds", "2", "--epochs", "1");
        run.ExitCode.Should().Be(DigitsProgram.Success);
        run.Lines.Where(line => line.Contains(", seed ", StringComparison.Ordinal)).Select(line => line.Split(':')[0])
            .Should().Equal("joint, seed 1", "uniform, seed 1", "joint, seed 2", "uniform, seed 2");
        string[] table = [.. run.Lines.Where(line => line.StartsWith('|'))];
        table.Should().HaveCount(4, "there are a header, a rule and two rows");
        Cells(table[0]).Should().Equal(
            "strategy", "fused", "audio head", "audio probe", "image head", "image probe", "s/epoch", "cost");
        Cells(table[2])[0].Should().Be("joint");
        Cells(table[2])[^1].Should().Be("1.00 ± 0.00");
        Cells(table[3])[1].Should().MatchRegex(@"^\d+\.\d\d ± \d+\.\d\d$");
        run.Lines[^1].Should().Contain("seeds 1, 2");
    }

    [Theory]
    [InlineData("late", "mses")]
    [InlineData("bottleneck", "joint,uniform,pareto,mmpareto,i2mcl,g2d,starved-first,ogm-ge,agm,unimodal")]
    public void Strategies_train_with_what_they_need(string fusion, string strategies)
    {
        var run = Compare("--fusion", fusion, "--strategies", strategies, "--seeds", "1", "--epochs", "2");

        run.ExitCode.Should().Be(DigitsProgram.Success, run.Error);
        var runs = Result().GetProperty("runs").EnumerateArray().ToArray();
        runs.Select(one => one.GetProperty("strategy").GetString()).Should().Equal(strategies.Split(','));
        runs.Should().AllSatisfy(one => one.GetProperty("epochs").EnumerateArray().Should().HaveCount(2)
            .And.AllSatisfy(epoch => epoch.GetProperty("loss").GetDouble().Should().BePositive()));
    }

    [Fact]
    public void Fusions_of_vectors_and_of_tokens_keep_teachers_of_their_own()
    {
        foreach (string fusion in new[] { "late", "bottleneck", "concat" })
        {
            var run = Compare("--fusion", fusion, "--strategies", "umt", "--seeds", "1", "--epochs", "1");
            run.ExitCode.Should().Be(DigitsProgram.Success, run.Error);
        }

        Directory.GetFiles(_folder.Path, "teachers-*.weights").Should().HaveCount(2, "late and concat share theirs");
    }

    [Fact]
    public void Without_joint_there_is_no_cost()
    {
        var run = Compare("--strategies", "uniform", "--seeds", "1", "--epochs", "1");
        run.Output.Should().NotContain("cost").And.NotContain("±  ");
        Summary(0).GetProperty("costAgainstJoint").ValueKind.Should().Be(JsonValueKind.Null);
        Summary(0).GetProperty("fusedAccuracy").GetProperty("deviation").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public void The_table_says_what_the_runs_say()
    {
        Compare("--strategies", "joint", "--seeds", "3", "--epochs", "2");
        double[] accuracies = [.. Result().GetProperty("runs").EnumerateArray()
            .Select(run => run.GetProperty("fusedAccuracy").GetDouble())];
        Summary(0).GetProperty("fusedAccuracy").GetProperty("mean").GetDouble()
            .Should().BeApproximately(accuracies.Sum() / 3, 1e-12, "both are sums of three numbers");
    }

    [Fact]
    public void Its_result_holds_everything_needed_to_repeat_it()
    {
        string[] args = ["compare", "--strategies", "joint", "--seeds", "2", "--lr", "0.05", "--out", _folder.Path];
        ProgramRun.OnTinyDigits([.. args, "--epochs", "1"]);
        var result = Result();
        Texts(result.GetProperty("commandLine")).Should().Equal([.. args, "--epochs", "1"]);
        result.GetProperty("task").ToString().Should().Contain("tiny-digits").And.Contain("the tests");
        Texts(result.GetProperty("strategies")).Should().Equal("joint");
        result.GetProperty("seeds").EnumerateArray().Select(seed => seed.GetInt32()).Should().Equal(1, 2);
        result.GetProperty("settings").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.ToString())
            .Should().Equal(new Dictionary<string, string>
            {
                ["fusion"] = "late",
                ["epochs"] = "1",
                ["learningRateDropEpoch"] = "1",
                ["learningRateDrop"] = "0.1",
                ["batchSize"] = "64",
                ["learningRate"] = "0.05",
                ["momentum"] = "0.9",
                ["weightDecay"] = "0.005",
                ["validationShare"] = "0",
                ["device"] = "cpu",
                ["distillationScale"] = "0.125",
                ["precision"] = "float32",
                ["prioritizedEpochs"] = "1",
            });
        foreach (var version in result.GetProperty("environment").EnumerateObject())
            version.Value.ToString().Should().NotBeEmpty().And.NotBe("unknown", $"{version.Name} is known");
        result.GetProperty("runs")[1].GetProperty("epochs")[0].GetProperty("seconds").GetDouble().Should().BePositive();
    }

    [Fact]
    public void Every_strategy_runs_and_teachers_are_trained_once_per_seed()
    {
        string[] names = [.. StrategyRegistry.All.Select(entry => entry.Name)];
        string[] args = ["--strategies", string.Join(',', names), "--seeds", "1", "--epochs", "2", "--trace"];
        Compare(args).ExitCode.Should().Be(DigitsProgram.Success);
        Texts(Result().GetProperty("strategies")).Should().Equal(names);

        // A header, and two epochs of two steps; MLA makes a step for either modality.
        names.ToDictionary(name => name, name => File.ReadLines(Path.Combine(_folder.Path, $"trace-{name}-seed1.csv")).Count())
            .Should().Equal(names.ToDictionary(name => name, name => name == "mla" ? 9 : 5));

        var teachers = Directory.GetFiles(_folder.Path, "teachers-*.cache");
        teachers.Should().ContainSingle();
        var written = File.GetLastWriteTimeUtc(teachers[0]);
        Compare("--strategies", "g2d", "--seeds", "1", "--epochs", "2").ExitCode.Should().Be(DigitsProgram.Success);
        File.GetLastWriteTimeUtc(teachers[0]).Should().Be(written);
    }

    [Fact]
    public void Variants_of_one_strategy_are_compared_and_resumed()
    {
        const string Variants = "g2d:phaseepochs=1,g2d:PhaseEpochs=2:Suppression=Partial,i2mcl:WeighSamples=false,mslr:Factors=2+0.5";
        string[] args = ["--strategies", Variants, "--seeds", "1", "--epochs", "2"];
        Compare(args).ExitCode.Should().Be(DigitsProgram.Success);
        string[] first = Accuracies();

        Compare([.. args, "--resume"]).ExitCode.Should().Be(DigitsProgram.Success);

        Texts(Result().GetProperty("strategies")).Should().Equal(Variants.Split(','));
        Accuracies().Should().Equal(first);
        Directory.GetDirectories(Path.Combine(_folder.Path, "checkpoints")).Should().HaveCount(4, "each has checkpoints of its own");

        string[] Accuracies() => [.. Result().GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("fusedAccuracy").ToString())];
    }

    [Theory]
    [InlineData("papers", "joint,uniform,mmpareto,i2mcl,g2d")]
    [InlineData("unimodal,papers", "unimodal,joint,uniform,mmpareto,i2mcl,g2d")]
    public void Groups_stand_for_their_strategies(string names, string expected)
    {
        Compare("--strategies", names, "--seeds", "1", "--epochs", "2").ExitCode.Should().Be(DigitsProgram.Success);

        Texts(Result().GetProperty("strategies")).Should().Equal(expected.Split(','));
    }

    [Fact]
    public void A_group_and_a_strategy_of_it_are_one_too_many()
    {
        var run = Compare("--strategies", "papers,g2d");

        run.ExitCode.Should().Be(DigitsProgram.BadInput);
        run.Error.Should().Contain("--strategies must name each strategy once, but is 'papers,g2d'.");
    }

    [Fact]
    public void Curves_for_TensorBoard_have_a_folder_per_run()
    {
        Compare("--strategies", "joint,g2d", "--seeds", "1", "--epochs", "1", "--tensorboard")
            .ExitCode.Should().Be(DigitsProgram.Success);
        Directory.GetDirectories(Path.Combine(_folder.Path, "tensorboard")).Select(Path.GetFileName)
            .Should().BeEquivalentTo("joint-seed1", "g2d-seed1");
        Directory.GetFiles(Path.Combine(_folder.Path, "tensorboard", "g2d-seed1")).Should().ContainSingle();
    }

    [Fact]
    public void No_arguments_mean_the_default_comparison_of_the_embedded_task()
    {
        string? folder = "not asked";
        using var current = new CurrentFolder(_folder.Path);
        ProgramRun.Of((data, _, _) => { folder = data; return TinyDigits.Set; }, default, []).ExitCode.Should().Be(0);
        folder.Should().BeNull();
        var result = ProgramRun.Read(Path.Combine("out", "result.json"));
        Texts(result.GetProperty("commandLine")).Should().Equal("compare");
        Texts(result.GetProperty("strategies")).Should().Equal("joint", "uniform", "unimodal");
        result.GetProperty("runs").GetArrayLength().Should().Be(9);
        result.ToString().Should().NotContain(_folder.Path);
    }

    private ProgramRun Compare(params string[] args) =>
        ProgramRun.OnTinyDigits(["compare", "--out", _folder.Path, .. args]);

    private JsonElement Result() => ProgramRun.Read(Path.Combine(_folder.Path, "result.json"));

    private JsonElement Summary(int index) => Result().GetProperty("summary")[index];

    private static string[] Cells(string row) => row.Trim('|').Split('|', StringSplitOptions.TrimEntries);

    private static IEnumerable<string?> Texts(JsonElement array) => array.EnumerateArray().Select(e => e.GetString());
}
