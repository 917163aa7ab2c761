using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
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
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Puts a record together.</summary>
    public static StudyRecord Of(
        IReadOnlyList<string> arguments,
        AudioVisualDigitSet digits,
        StudyPlan plan,
        IReadOnlyList<RunRecord> runs) => new(
            arguments,
            new TaskRecord(digits.Name, digits.Source, digits.Train.Count, digits.Test.Count),
            plan.Settings,
            [.. plan.Strategies.Select(strategy => strategy.Name)],
            plan.Seeds,
            EnvironmentRecord.Current,
            StrategySummary.Of(runs),
            runs);

    /// <summary>Gets the record as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);
}

/// <summary>What was learnt from.</summary>
/// <param name="Name">The task.</param>
/// <param name="Source">The folder as the user named it, or the seed of the generator.</param>
/// <param name="TrainingSamples">Samples in the training split, those kept apart for validation included.</param>
/// <param name="TestSamples">Samples in the test split.</param>
internal sealed record TaskRecord(string Name, string Source, int TrainingSamples, int TestSamples);

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
