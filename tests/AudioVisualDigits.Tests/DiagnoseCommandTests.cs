using System.Text.Json;
using AudioVisualDigits.Tests.Data;
namespace AudioVisualDigits.Tests;

public sealed class DiagnoseCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("late")]
    [InlineData("concat")]
    public void It_says_what_it_found_and_what_to_try(string fusion)
    {
        var run = Diagnose("--fusion", fusion);

        run.ExitCode.Should().Be(DigitsProgram.Success, run.Error);
        run.Output.Should().MatchRegex("audio is (not )?starved: .* 100 held-out samples")
            .And.Contain("G2D would let").And.Contain("In a trial of I2MCL").And.Contain("audio: fused and own loss")
            .And.MatchRegex(@"image: head \d+\.\d\d %, teacher \d+\.\d\d %, confidence ratio")
            .And.Contain("To try, in this order:").And.MatchRegex(@"1\. (joint|uniform|mmpareto|g2d): ");
    }

    [Fact]
    public void The_file_holds_the_same_in_numbers()
    {
        var run = Diagnose();

        var record = ProgramRun.Read(Path.Combine(_folder.Path, "diagnosis.json"));
        record.GetProperty("settings").GetProperty("validationShare").GetDouble().Should().Be(0.5);
        var modalities = record.GetProperty("modalities").EnumerateArray().ToArray();
        modalities.Select(modality => modality.GetProperty("name").GetString()).Should().Equal("audio", "image");
        modalities.Should().OnlyContain(
            modality => modality.GetProperty("gradients").GetProperty("batches").GetInt32() > 0);
        Texts(record, "findings", "text").Should().OnlyContain(text => run.Output.Contains(text));
        Texts(record, "advice", "strategy").Should().OnlyContain(name => run.Output.Contains(name));
    }

    [Fact]
    public void The_same_seed_gives_the_same_diagnosis_with_new_and_with_kept_teachers()
    {
        var first = Diagnose().Output;
        var weights = Directory.GetFiles(_folder.Path, "*.weights").Should().ContainSingle().Subject;
        var written = File.GetLastWriteTimeUtc(weights);

        Diagnose().Output.Should().Be(first);
        File.GetLastWriteTimeUtc(weights).Should().Be(written, "the teachers are kept");
        Directory.GetFiles(_folder.Path, "*.tmp").Should().BeEmpty();
    }

    [Fact]
    public void Damaged_or_foreign_weights_are_made_anew()
    {
        var first = Diagnose().Output;
        var weights = Directory.GetFiles(_folder.Path, "*.weights").Single();
        var bytes = File.ReadAllBytes(weights);
        File.WriteAllBytes(weights, bytes[..(bytes.Length / 2)]);
        Diagnose().Output.Should().Be(first);
        File.ReadAllBytes(weights).Should().Equal(bytes);

        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        Diagnose().Output.Should().Be(first);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.6")]
    [InlineData("some")]
    public void A_share_out_of_range_is_named(string share)
    {
        var run = ProgramRun.OnMoreDigits("diagnose", "--held-out", share, "--out", _folder.Path);
        (run.ExitCode, run.Error.Trim()).Should()
            .Be((DigitsProgram.BadInput, $"--held-out must be a number above 0, up to 0.5, but is '{share}'."));
    }

    [Fact]
    public void A_batch_larger_than_what_is_left_is_named()
    {
        var run = ProgramRun.OnMoreDigits(
            "diagnose", "--held-out", "0.5", "--batch", "110", "--out", _folder.Path);
        run.ExitCode.Should().Be(DigitsProgram.BadInput);
        run.Error.Should().Contain("--batch must be at most 100");
    }

    [Fact]
    public void Too_few_samples_to_judge_on_are_named()
    {
        var run = ProgramRun.OnMoreDigits("diagnose", "--held-out", "1e-9", "--out", _folder.Path);
        run.ExitCode.Should().Be(DigitsProgram.BadInput);
        run.Error.Should().StartWith("--held-out must keep apart at least 100 samples to judge on, but keeps 1,");
    }

    [Fact]
    public void A_canceled_diagnosis_prints_a_command_that_ends_it()
    {
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        var stopped = ProgramRun.Of(
            (_, _, _) => TinyDigits.More, canceled.Token, "diagnose", "--epochs", "1", "--held-out", "0.5", "--out",
            _folder.Path);
        stopped.ExitCode.Should().Be(DigitsProgram.Canceled);
        stopped.Error.Should().StartWith("Canceled: no result was written. Finished teachers are kept;");

        var next = stopped.Error.Split('\n')[1].Split(' ');
        next[..2].Should().Equal("bash", "eng/demo.sh");
        ProgramRun.OnMoreDigits(next[2..]).ExitCode.Should().Be(DigitsProgram.Success);
    }

    private static IEnumerable<string> Texts(JsonElement record, string list, string property) =>
        record.GetProperty(list).EnumerateArray().Select(entry => entry.GetProperty(property).GetString()!);

    private ProgramRun Diagnose(params string[] args) =>
        ProgramRun.OnMoreDigits(
            ["diagnose", "--epochs", "2", "--batch", "40", "--held-out", "0.5", "--out", _folder.Path, .. args]);
}
