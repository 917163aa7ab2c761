using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace ModalityBalance.Benchmarks.Solvers;

/// <summary>solvers: the time of each solver, and how exact its answers are.</summary>
internal static class SolversCommand
{
    public static Command Create(TextWriter output)
    {
        var full = new Option<bool>("--full") { Description = "Measure longer: minutes instead of half a minute." };
        var command = new Command("solvers", "Time and accuracy of the solvers against textbook methods.") { full };
        command.SetAction(parsed =>
            Measure(parsed.GetValue(full) ? Job.MediumRun : Job.ShortRun, output));
        return command;
    }

    /// <summary>Writes both tables.</summary>
    internal static void Measure(Job job, TextWriter output)
    {
        Time(job, output);
        foreach (var (solver, cases, error) in Accuracy.OfAll())
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{solver,-34} largest error {error:E1} over {cases} known answers"));
        }
    }

    /// <summary>In this process: a project that BenchmarkDotNet generates would not find this repository's TorchSharp.
    /// </summary>
    private static void Time(Job job, TextWriter output)
    {
        using var artifacts = new ScratchFolder();
        var config = ManualConfig.CreateEmpty()
            .AddJob(job.WithToolchain(InProcessNoEmitToolchain.Instance))
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(artifacts.Path);
        var log = new AccumulationLogger();
        foreach (var type in new[] { typeof(LambertBenchmarks), typeof(MinNormBenchmarks) })
        {
            MarkdownExporter.Console.ExportToLog(BenchmarkRunner.Run(type, config), log);
        }

        output.Write(log.GetLog());
    }
}
