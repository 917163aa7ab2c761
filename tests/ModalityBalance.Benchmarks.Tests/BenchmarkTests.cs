using System.Text.Json;
using ModalityBalance.Benchmarks.Memory;
using ModalityBalance.Benchmarks.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Tests;

/// <summary>Tiny measurements: not how long anything takes, but that each is there.</summary>
public sealed class BenchmarkTests : IDisposable
{
    private static readonly string[] Strategies =
        ["g2d joint", "g2d prioritized", "i2mcl", "joint", "mmpareto", "pareto", "umt", "uniform"];

    private readonly int _threads = get_num_threads();

    public void Dispose() => set_num_threads(_threads);

    [Fact]
    public void Step_costs_of_every_strategy_are_written()
    {
        var costs = ProgramRun.Json(
            "step-cost", "--encoders", "mlp", "--modalities", "3", "--batch", "4", "--rounds", "2");

        costs.EnumerateArray().Select(Title).Should().BeEquivalentTo([.. Strategies, "handwritten", "trainer", "bfloat16"]);
        foreach (var cost in costs.EnumerateArray())
        {
            cost.GetProperty("encoders").GetString().Should().Be("mlp");
            cost.GetProperty("modalities").GetInt32().Should().Be(3);
            cost.GetProperty("batch").GetInt32().Should().Be(4);
            cost.GetProperty("device").GetString().Should().Be("cpu");
            cost.GetProperty("threads").GetInt32().Should().Be(1);
            cost.GetProperty("milliseconds").GetDouble().Should().BePositive();
            cost.GetProperty("ratio").GetDouble().Should().BePositive();
        }

        costs.EnumerateArray().Single(cost => Title(cost) == "joint").GetProperty("ratio").GetDouble().Should().Be(1);
    }

    [Fact]
    public void The_cpu_equals_itself()
    {
        var differences = ProgramRun.Json("equality", "--encoders", "mlp", "--batch", "4");

        differences.EnumerateArray().Select(Title).Should().BeEquivalentTo(Strategies);
        foreach (var difference in differences.EnumerateArray())
        {
            difference.GetProperty("steps").GetInt32().Should().Be(20);
            difference.GetProperty("largest").GetDouble().Should().Be(0);
        }
    }

    [Fact]
    public void A_prioritized_step_needs_less_memory_than_a_joint_one()
    {
        if (!ProcessMemory.IsKnown)
        {
            return;
        }

        var setting = new StepSetting(EncoderKind.Cnn, 2, 64, DeviceType.CPU);

        var joint = MemoryChild.Run(setting, "joint");
        var prioritized = MemoryChild.Run(setting, "g2d-prioritized");

        // Of two encoders one keeps no activations and gets no gradient, but its momentum.
        (prioritized.PeakBytes / (double)joint.PeakBytes).Should().BeInRange(0.4, 0.9);
        prioritized.ParameterBytes.Should().Be(joint.ParameterBytes);
    }

    [Fact]
    public void Peaks_of_every_strategy_are_written()
    {
        if (!ProcessMemory.IsKnown)
        {
            return;
        }

        var peaks = ProgramRun.Json("memory", "--encoders", "mlp", "--batch", "4");

        peaks.EnumerateArray().Select(Title).Should().BeEquivalentTo(Strategies);
        peaks.EnumerateArray().Should().OnlyContain(peak =>
            peak.GetProperty("mebibytes").GetDouble() > 0 && peak.GetProperty("ratio").GetDouble() > 0);
    }

    [Theory]
    [InlineData("--modalities must be a whole number from 2 to 8, but is '0'.", "step-cost", "--modalities", "0")]
    [InlineData("--modalities must be a whole number from 2 to 8, but is '9'.", "step-cost", "--modalities", "9")]
    [InlineData("--batch must be a whole number from 1 to 65536, but is '0'.", "memory", "--batch", "0")]
    [InlineData("--threads must be a whole number from 1 to 1024, but is 'x'.", "scaling", "--threads", "x")]
    [InlineData("--encoders must be one of cnn, resnet18, mlp, but is 'vit'.", "step-cost", "--encoders", "vit")]
    [InlineData("--json must be a file that can be written, but '/' is a folder.", "equality", "--json", "/")]
    [InlineData("--json must be a file that can be written, but '/no/x' is not: *", "step-cost", "--json", "/no/x")]
    [InlineData("--steps must be a multiple of 2000 from 2000 to 10000000, but is '2099'.", "endurance", "--steps", "2099")]
    [InlineData("--strategy must be one of joint, *, but is 'nosuch'.", "memory-of", "--strategy", "nosuch")]
    [InlineData("The first argument must be one of step-cost, memory, scaling, *, kill, data-parallel, efficiency, ghost.", "steps")]
    public void What_cannot_be_done_is_said_in_one_sentence(string sentence, params string[] args)
    {
        var run = ProgramRun.Of(args);

        run.ExitCode.Should().Be(BenchmarkProgram.BadInput);
        run.Error.Trim().Should().Match(sentence).And.NotContain("\n");
        run.Output.Should().BeEmpty();
    }

    [Fact]
    public void Cuda_without_a_device_is_refused()
    {
        if (cuda.is_available())
        {
            return;
        }

        var run = ProgramRun.Of("step-cost", "--device", "cuda");

        run.ExitCode.Should().Be(BenchmarkProgram.BadInput);
        run.Error.Should().StartWith("--device must be there, but libtorch finds no CUDA device");
    }

    private static string Title(JsonElement entry) =>
        $"{entry.GetProperty("strategy").GetString()} {entry.GetProperty("phase").GetString()}".Trim();
}
