using System.Diagnostics;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

/// <summary>What --resume takes up, what it does not, and how it is offered.</summary>
public sealed class ResumeOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_with_nothing_to_go_on_from_says_so()
    {
        string[] args = ["train", "--epochs", "1", "--out", _folder.Path];
        const string Anew = "joint, seed 1: no checkpoint of this setting to resume from";
        ProgramRun.OnTinyDigits([.. args, "--resume"]).Output.Should().Contain(Anew);
        ProgramRun.OnTinyDigits([.. args, "--resume"]).Output.Should().NotContain(Anew).And.Contain("resumed after");
        ProgramRun.OnTinyDigits([.. args, "--resume", "--lr", "0.01"]).Output.Should().Contain(Anew);
        ProgramRun.OnTinyDigits(args).Output.Should().NotContain(Anew);
    }

    [Fact]
    public void A_run_on_other_data_is_not_gone_on_with()
    {
        string[] args = ["train", "--epochs", "1", "--out", _folder.Path];
        ProgramRun.OnTinyDigits(args).ExitCode.Should().Be(0);
        var digits = TinyDigits.Set;
        var other = digits with { Train = digits.Train with { Labels = [.. digits.Train.Labels.Reverse()] } };

        var run = ProgramRun.Of((_, _, _) => other, default, [.. args, "--resume"]);

        run.ExitCode.Should().Be(DigitsProgram.BadInput);
        run.Error.Should().Contain("is a checkpoint of another training").And.Contain("The training data is");
    }

    [Fact]
    public void The_command_to_go_on_means_what_was_typed()
    {
        using var canceled = new CancellationTokenSource();
        canceled.Cancel();
        string[] args =
        [
            "compare", "--seeds", "1", "--out", Path.Combine(_folder.Path, "it's here"),
            "--json", Path.Combine(_folder.Path, "$(pwd) é.json"),
        ];
        var run = ProgramRun.Of((_, _, _) => TinyDigits.Set, canceled.Token, ["compare", "--resume", .. args[1..]]);
        var command = run.Error.Split('\n')[1];
        command.Should().StartWith("bash eng/demo.sh ");

        var printed = command.Replace("bash eng/demo.sh", @"printf '%s\n'", StringComparison.Ordinal);
        using var bash = Process.Start(
            new ProcessStartInfo("bash", ["-c", printed]) { RedirectStandardOutput = true })!;
        bash.StandardOutput.ReadToEnd().Split('\n')[..^1].Should().Equal([.. args, "--resume"]);
    }
}
