using System.Globalization;

namespace ModalityBalance.Benchmarks.Memory;

/// <summary>This process's resident memory, as Linux counts it.</summary>
internal static class ProcessMemory
{
    private const string StatusFile = "/proc/self/status";
    private const string ClearFile = "/proc/self/clear_refs";
    private const long Kibi = 1024;

    public static bool IsKnown => File.Exists(StatusFile);

    public static long ResidentBytes => Read("VmRSS:");

    /// <summary>The highest so far, or since <see cref="ForgetPeak"/>.</summary>
    public static long PeakBytes => Read("VmHWM:");

    /// <summary>Starts the peak anew. Where the kernel does not allow it, a peak before the steps may hide theirs.
    /// </summary>
    public static void ForgetPeak()
    {
        try
        {
            File.WriteAllText(ClearFile, "5");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The network and its data are built with less memory than a step takes.
        }
    }

    private static long Read(string key)
    {
        string line = File.ReadLines(StatusFile).First(text => text.StartsWith(key, StringComparison.Ordinal));
        string kibibytes = line[key.Length..].Replace("kB", "", StringComparison.Ordinal);
        return Kibi * long.Parse(kibibytes, NumberStyles.Integer, CultureInfo.InvariantCulture);
    }
}
