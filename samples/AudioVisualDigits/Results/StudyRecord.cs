using System.Reflection;
using System.Runtime.InteropServices;
using AudioVisualDigits.Data;
using AudioVisualDigits.Experiments;
using ModalityBalance.Training;
using static TorchSharp.torch;

namespace AudioVisualDigits.Results;

/// <summary>A whole study: everything needed to repeat it, and what came out.</summary>
internal sealed record StudyRecord(
    IReadOnlyList<string> CommandLine,
    TaskRecord Task,
    RunSettings Settings,
    IReadOnlyList<string> Strategies,
    IReadOnlyList<int> Seeds,
    EnvironmentRecord Environment,
    IReadOnlyList<StrategySummary> Summary,
    IReadOnlyList<RunRecord> Runs)
{
    /// <summary>Puts a record together.</summary>
    public static StudyRecord Of(
        IReadOnlyList<string> arguments,
        AudioVisualDigitSet digits,
        StudyPlan plan,
        IReadOnlyList<RunRecord> runs) => new(
            arguments,
            TaskRecord.Of(digits),
            plan.Settings,
            [.. plan.Strategies.Select(strategy => strategy.Name)],
            plan.Seeds,
            EnvironmentRecord.Current,
            StrategySummary.Of(runs),
            runs);
}

/// <summary>What was learned from.</summary>
/// <param name="Name">The task.</param>
/// <param name="Source">The folder as the user named it, or the seed of the generator.</param>
/// <param name="TrainingSamples">Samples in the training split, those kept apart for validation included.</param>
/// <param name="TestSamples">Samples in the test split.</param>
internal sealed record TaskRecord(string Name, string Source, int TrainingSamples, int TestSamples)
{
    /// <summary>Describes digits.</summary>
    public static TaskRecord Of(AudioVisualDigitSet digits) =>
        new(digits.Name, digits.Source, digits.Train.Count, digits.Test.Count);
}

/// <summary>What it ran on.</summary>
internal sealed record EnvironmentRecord(
    string ModalityBalance, string TorchSharp, string LibTorch, string DotNet, string System, int Threads)
{
    /// <summary>Gets what this process runs on.</summary>
    public static EnvironmentRecord Current => new(
        VersionOf(typeof(Trainer)),
        VersionOf(typeof(Tensor)),
        __version__,
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}",
        get_num_threads());

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
