using System.Globalization;

namespace ModalityBalance.Training;

/// <summary>The files of a folder of checkpoints.</summary>
internal static class CheckpointFolder
{
    private const string Prefix = "step-";

    /// <summary>The path of a step's checkpoint.</summary>
    public static string PathOf(string folder, long step) => Path.Combine(
        folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D12}{Checkpoint.Extension}"));

    /// <summary>The path of the best epoch's checkpoint.</summary>
    public static string PathOfBest(string folder) => Path.Combine(folder, "best" + Checkpoint.Extension);

    /// <summary>The checkpoints of steps, newest first.</summary>
    public static IReadOnlyList<string> Steps(string folder) => Files(folder, $"{Prefix}*{Checkpoint.Extension}")
        .Where(IsOfStep).OrderDescending(StringComparer.Ordinal).ToArray();

    /// <summary>The checkpoints of steps and of the best epoch.</summary>
    public static IReadOnlyList<string> All(string folder) =>
        [.. Steps(folder), .. Files(folder, Path.GetFileName(PathOfBest(folder)))];

    /// <summary>The checkpoints of steps and of the best epoch that were written after a step.</summary>
    public static IEnumerable<string> After(string folder, long step) => All(folder).Where(path =>
        path == PathOfBest(folder) ? StepOf(path) > step : string.CompareOrdinal(path, PathOf(folder, step)) > 0);

    /// <summary>The step of a checkpoint, after checking the whole file; null if it is damaged, or none.</summary>
    public static long? StepOf(string path)
    {
        try
        {
            using var file = CheckpointFile.Open(path);
            return file.Snapshot.Step;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>The unfinished files of writers that were killed.</summary>
    public static IReadOnlyList<string> Leftovers(string folder) => Files(folder, $"*{Checkpoint.Extension}.*.tmp");

    /// <summary>Keeps other runs out of a folder until the result is disposed or the process ends, however it ends.
    /// </summary>
    /// <exception cref="IOException">Another run has it.</exception>
    public static IDisposable Lock(string folder) => new FileStream(
        Path.Combine(folder, "run.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1,
        FileOptions.DeleteOnClose);

    private static string[] Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];

    private static bool IsOfStep(string path) =>
        Path.GetFileNameWithoutExtension(path)[Prefix.Length..] is { Length: 12 } step && step.All(char.IsAsciiDigit);
}
