using System.Diagnostics;
using System.Text.Json;
using ModalityBalance.Benchmarks.CommandLine;
using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;

namespace ModalityBalance.Benchmarks.Memory;

/// <summary>
/// One strategy in a process of its own, since the peak of a process never falls. The process gives tensors back to the
/// system when they are freed (MALLOC_MMAP_THRESHOLD_), so that the peak is that of living tensors and not of what the
/// allocator keeps for later.
/// </summary>
internal static class MemoryChild
{
    public const string CommandName = "memory-of";

    private const int Steps = 3;
    private const int SmallBatch = 2;

    /// <summary>In the child: makes some steps and writes the reading. Every parameter has its momentum, as in any phase
    /// but the first.</summary>
    public static void Measure(StepSetting setting, string title, TextWriter output)
    {
        var strategy = StrategyCase.Of(title);
        // Compiles what a step runs and loads what it needs of libtorch, a few megabytes.
        using (var warmUp = StepVariant.Of(new BenchmarkNetwork(setting with { Batch = SmallBatch }), strategy))
        {
            warmUp.FillMomentum();
            Run(warmUp);
        }

        using var variant = StepVariant.Of(new BenchmarkNetwork(setting), strategy);
        long parameters = Enumerable.Range(0, setting.Modalities)
            .SelectMany(m => variant.Model.Encoder(m).parameters())
            .Sum(parameter => parameter.numel() * parameter.ElementSize);
        GC.Collect();
        long before = ProcessMemory.ResidentBytes;
        variant.FillMomentum();
        ProcessMemory.ForgetPeak();
        Run(variant);
        output.WriteLine(JsonSerializer.Serialize(new MemoryReading(ProcessMemory.PeakBytes - before, parameters)));
    }

    private static void Run(StepVariant variant)
    {
        for (int i = 0; i < Steps; i++)
        {
            variant.Step();
        }
    }

    /// <summary>In the parent: runs the child.</summary>
    public static MemoryReading Run(StepSetting setting, string title)
    {
        string program = Path.ChangeExtension(typeof(MemoryChild).Assembly.Location, null);
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = [CommandName, "--strategy", title, .. NetworkOptions.Arguments(setting)];
        Array.ForEach(arguments, start.ArgumentList.Add);
        start.Environment["MALLOC_MMAP_THRESHOLD_"] = "65536";
        start.Environment["MALLOC_TRIM_THRESHOLD_"] = "65536";
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string reading = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<MemoryReading>(reading)!
            : throw new BadInputException(
                $"The process that measures {title} ended with code {process.ExitCode}: {error.Result}");
    }
}
