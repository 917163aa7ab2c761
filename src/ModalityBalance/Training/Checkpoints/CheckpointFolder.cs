using System.Globalization;

namespace ModalityBalance.Training.Checkpoints;

/// <summary>The files of a folder of checkpoints.</summary>
internal static class CheckpointFolder
{
    private const string Prefix = "step-";

    /// <summary>Where a step's checkpoint is.</summary>
    public static string PathOf(string folder, long step) => Path.Combine(
        folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D12}{Checkpoint.Extension}"));

    /// <summary>Where the best epoch's checkpoint is.</summary>
    public static string PathOfBest(string folder) => Path.Combine(folder, "best" + Checkpoint.Extension);

    /// <summary>The checkpoints of steps, newest first.</summary>
    public static IReadOnlyList<string> Steps(string folder) => Files(folder, $"{Prefix}*{Checkpoint.Extension}")
        .OrderDescending(StringComparer.Ordinal).ToArray();

    /// <summary>What writers that were killed have left.</summary>
    public static IReadOnlyList<string> Leftovers(string folder) => Files(folder, $"*{Checkpoint.Extension}.*.tmp");

    private static string[] Files(string folder, string pattern) =>
        Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [];
}
