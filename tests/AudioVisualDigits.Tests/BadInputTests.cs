using AudioVisualDigits.Data;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Tests.Data;

namespace AudioVisualDigits.Tests;

/// <summary>Whatever the user gets wrong is one sentence and exit code 2, before any training.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train, compare, diagnose or strategies, but is 'trian'", "trian")]
    [InlineData("train, compare, diagnose or strategies, but is '--data'", "--data", "somewhere")]
    [InlineData("'--color'", "train", "--color", "red")]
    [InlineData("'more'", "compare", "more")]
    [InlineData("but is 'jiont'", "train", "--strategy", "jiont")]
    [InlineData("but is 'x'", "compare", "--strategies", "joint,x")]
    [InlineData("once, but is 'joint,uniform,joint'", "compare", "--strategies", "joint,uniform,joint")]
    [InlineData("but is ''", "compare", "--strategies", "joint,")]
    [InlineData("--fusion must be one of late, concat, sum, film, gated, attention, bottleneck, entropy-voting, sum-voting, certainty, but is 'early'", "train", "--fusion", "early")]
    [InlineData("--device must be one of cpu, cuda, but is 'tpu'", "train", "--device", "tpu")]
    [InlineData("--precision must be one of float32, bfloat16, but is 'half'", "train", "--precision", "half")]
    [InlineData("--epochs must be a whole number of at least 1, but is '0'", "train", "--epochs", "0")]
    [InlineData("but is '1.5'", "train", "--epochs", "1.5")]
    [InlineData("but is 'many'", "train", "--epochs", "many")]
    [InlineData("'--epochs'", "train", "--epochs")]
    [InlineData("'--epochs'", "train", "--epochs", "1", "--epochs", "2")]
    [InlineData("--batch must be a whole number of at least 1, but is '0'", "train", "--batch", "0")]
    [InlineData("--lr must be a number above 0 that a float can hold, but is '-0.1'", "train", "--lr", "-0.1")]
    [InlineData("but is '0'", "train", "--lr", "0")]
    [InlineData("but is '0,1'", "train", "--lr", "0,1")]
    [InlineData("but is 'NaN'", "train", "--lr", "NaN")]
    [InlineData("but is '1e999'", "train", "--lr", "1e999")]
    [InlineData("that a float can hold, but is '1e300'", "train", "--lr", "1e300")]
    [InlineData("that a float can hold, but is '1e-300'", "train", "--lr", "1e-300")]
    [InlineData("--distillation-scale must be a number above 0 that", "train", "--distillation-scale", "1e39")]
    [InlineData("--out must name a folder, but is ''", "diagnose", "--out", "")]
    [InlineData("--json must name a file, but is ''", "train", "--json", "")]
    [InlineData("--data must name a folder, but is ''", "compare", "--data", "")]
    [InlineData("'--out'", "train", "--out=")]
    [InlineData("'true'", "train", "--resume", "true")]
    [InlineData("'false'", "train", "--trace=false")]
    [InlineData("--seed must be a whole number from 0 to 1000000, but is '-1'", "train", "--seed", "-1")]
    [InlineData("--seeds must be a whole number from 1 to 1000, but is '0'", "compare", "--seeds", "0")]
    [InlineData("--validation must be a number from 0 to 0.5, but is '1'", "train", "--validation", "1")]
    public void A_wrong_command_line_is_told(string expected, params string[] args) =>
        ShouldBeRefused(ProgramRun.Of(null, default, args), expected);

    [Fact]
    public void An_unknown_strategy_is_answered_with_the_known_ones() =>
        ShouldBeRefused(
            ProgramRun.Of("train", "--strategy", "jiont"),
            $"--strategy must be one of {string.Join(", ", StrategyRegistry.All.Select(entry => entry.Name))}, but");

    [Theory]
    [InlineData("'g2d:Phases=1' must change one of PhaseEpochs, FeatureWeight,", "g2d:Phases=1")]
    [InlineData("'g2d:PhaseEpochs' must give every option a value", "g2d:PhaseEpochs")]
    [InlineData("'g2d:Suppression=half' must give its options values of their kind", "g2d:Suppression=half")]
    [InlineData("'joint:Alpha=1' must be a strategy with options to be changed, but joint has none", "joint:Alpha=1")]
    [InlineData("FeatureWeight must be finite and at least 0, but is -1", "g2d:FeatureWeight=-1")]
    [InlineData("--strategy must be one of", "jiont:Alpha=1")]
    public void A_variant_that_is_none_is_told(string expected, string strategy) =>
        ShouldBeRefused(ProgramRun.OnMoreDigits(["train", "--strategy", strategy, "--out", _folder.Path]), expected);

    [Theory]
    [InlineData("--batch must be at most 200, the number of training samples, but is 201", "--batch", "201")]
    [InlineData("must be at most 100", "--batch", "101", "--validation", "0.5")]
    [InlineData(
        "--validation must keep apart at least 100 samples to choose the best epoch on, but keeps 99",
        "--validation", "0.494")]
    [InlineData(
        "--validation must be 0 for unimodal", "--strategy", "unimodal", "--fusion", "sum", "--validation", "0.5")]
    public void What_does_not_fit_the_data_is_told(string expected, params string[] args) =>
        ShouldBeRefused(ProgramRun.OnMoreDigits(["train", "--out", _folder.Path, .. args]), expected);

    [Fact]
    public void CUDA_that_is_not_there_is_told()
    {
        if (TorchSharp.torch.cuda.is_available())
            return;
        ShouldBeRefused(ProgramRun.Of("train", "--device", "cuda", "--out", _folder.Path), "--device");
    }

    [Fact]
    public void A_missing_data_folder_is_told() =>
        ShouldBeRefused(
            ProgramRun.Of("compare", "--out", _folder.Path, "--data", Path.Combine(_folder.Path, "no")),
            "no' is missing");

    [Fact]
    public void A_data_folder_that_is_a_file_is_told()
    {
        var file = _folder.Write("file", []);
        ShouldBeRefused(
            ProgramRun.Of("train", "--out", _folder.Path, "--data", file), $"--data must be a folder, but '{file}' is");
    }

    [Fact]
    public void An_empty_data_folder_is_told() =>
        ShouldBeRefused(ProgramRun.Of("train", "--out", _folder.Path, "--data", _folder.Path), "is missing");

    [Fact]
    public void A_damaged_data_file_is_told()
    {
        _folder.Write("mnist/t10k-images-idx3-ubyte", IdxBytes.Images()[..1000]);
        _folder.Write("mnist/t10k-labels-idx1-ubyte", IdxBytes.Labels());
        ShouldBeRefused(ProgramRun.Of("train", "--out", _folder.Path, "--data", _folder.Path), "is truncated");
    }

    [Fact]
    public void A_loader_that_fails_leaves_the_old_result()
    {
        var old = _folder.Write("result.json", [1, 2, 3]);
        ProgramRun.Of((_, _, _) => throw new BadInputException("no."), default, "train", "--out", _folder.Path);
        File.ReadAllBytes(old).Should().Equal(1, 2, 3);
        Directory.EnumerateFiles(_folder.Path).Should().Equal(old);
    }

    private static void ShouldBeRefused(ProgramRun run, string expected)
    {
        run.Error.Should().Contain(expected).And.NotContain("   at ");
        run.Error.Trim().Should().NotContain("\n").And.EndWith(".");
        run.Output.Should().NotContain("epoch").And.NotContain("seed");
        run.ExitCode.Should().Be(DigitsProgram.BadInput);
    }
}
