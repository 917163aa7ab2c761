using System.Text.Json;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Strategies => [.. StrategyRegistry.Names];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_tells_each_epoch_and_what_was_learned()
    {
        var run = Train("--epochs", "3");
        run.ExitCode.Should().Be(DigitsProgram.Success);
        run.Error.Should().BeEmpty();
        run.Lines.Where(line => line.StartsWith("epoch", StringComparison.Ordinal)).Should().HaveCount(3);
        run.Output.Should().MatchRegex(@"fused: accuracy \d+\.\d\d %, macro F1 \d+\.\d\d %")
            .And.MatchRegex(@"audio: head \d+\.\d\d %, linear probe \d+\.\d\d %")
            .And.MatchRegex(@"image: head \d+\.\d\d %, linear probe \d+\.\d\d %");
    }

    [Fact]
    public void It_learns_an_easy_task()
    {
        Train("--epochs", "12", "--batch", "20");
        var run = Result().GetProperty("runs")[0];
        run.GetProperty("fusedAccuracy").GetDouble().Should().BeGreaterThan(0.9);
        run.GetProperty("epochs")[11].GetProperty("loss").GetDouble().Should().BeLessThan(0.5);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        string Losses(string seed)
        {
            Train("--epochs", "2", "--seed", seed);
            var run = Result().GetProperty("runs")[0];
            return string.Join(' ', run.GetProperty("epochs").EnumerateArray().Select(e => e.GetProperty("loss")));
        }

        var first = Losses("7");
        Losses("7").Should().Be(first);
        Losses("8").Should().NotBe(first);
    }

    [Fact]
    public void Heads_that_nothing_trained_are_untrained()
    {
        var run = Train("--fusion", "concat", "--strategy", "joint", "--epochs", "1");
        run.Output.Should().Contain("audio: head untrained");
        Result().GetProperty("runs")[0].GetProperty("modalities")[1].GetProperty("headAccuracy").ValueKind
            .Should().Be(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("late", "uniform")]
    [InlineData("concat", "uniform")]
    [InlineData("sum", "uniform")]
    [InlineData("late", "joint")]
    [InlineData("late", "unimodal")]
    public void Heads_that_a_loss_trained_are_scored(string fusion, string strategy) =>
        Train("--fusion", fusion, "--strategy", strategy, "--epochs", "1").Output.Should().NotContain("untrained");

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Every_strategy_trains_in_sixteen_bits(string strategy)
    {
        var run = Train("--strategy", strategy, "--precision", "bfloat16", "--epochs", "4");

        run.ExitCode.Should().Be(DigitsProgram.Success, run.Error);
        var results = Result();
        results.GetProperty("settings").GetProperty("precision").GetString().Should().Be("bfloat16");
        foreach (var epoch in results.GetProperty("runs")[0].GetProperty("epochs").EnumerateArray())
        {
            epoch.GetProperty("loss").GetDouble().Should().BePositive();
        }
    }

    [Fact]
    public void A_fusion_that_nothing_trained_is_untrained() =>
        Train("--fusion", "sum", "--strategy", "unimodal", "--epochs", "1").Output
            .Should().Contain("fused: accuracy untrained, macro F1 untrained").And.NotContain("head untrained");

    [Fact]
    public void Validation_keeps_samples_apart_and_names_the_best_epoch()
    {
        var run = ProgramRun.OnMoreDigits(
            "train", "--out", _folder.Path, "--epochs", "3", "--validation", "0.5", "--batch", "100");
        run.Output.Should().Contain("validation accuracy").And.MatchRegex("best epoch: [1-3]");
        var record = Result().GetProperty("runs")[0];
        var scores = record.GetProperty("epochs").EnumerateArray()
            .Select(epoch => epoch.GetProperty("validationAccuracy").GetDouble()).ToArray();
        var best = record.GetProperty("bestEpoch").GetInt32();
        scores[best].Should().Be(scores.Max());
        record.GetProperty("encoderPasses").GetProperty("forwards").GetInt32()
            .Should().Be(3 * 2, "100 samples are one batch");
    }

    [Fact]
    public void A_result_file_of_its_own_leaves_nothing_but_checkpoints_in_the_output_folder()
    {
        var file = Path.Combine(_folder.Path, "deep", "own.json");
        var folder = Path.Combine(_folder.Path, "o");
        var run = ProgramRun.OnTinyDigits("train", "--epochs", "1", "--out", folder, "--json", file);
        run.Output.Should().Contain(file);
        Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(Path.Combine(folder, "checkpoints"), StringComparison.Ordinal))
            .Should().BeEquivalentTo(file);
    }

    [Fact]
    public void Cancelling_is_told_and_leaves_no_result()
    {
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        var run = ProgramRun.Of((_, _, _) => TinyDigits.Set, canceled.Token, "train", "--out", _folder.Path);
        run.ExitCode.Should().Be(130);
        run.Error.Should()
            .StartWith("Canceled: no result was written. Finished runs and checkpoints are kept; to resume:")
            .And.EndWith($"bash eng/demo.sh train --out {_folder.Path} --resume\n");
        Directory.EnumerateFiles(_folder.Path).Should().BeEmpty();
    }

    private ProgramRun Train(params string[] args) =>
        ProgramRun.OnTinyDigits(["train", "--out", _folder.Path, .. args]);

    private JsonElement Result() => ProgramRun.Read(Path.Combine(_folder.Path, "result.json"));
}
