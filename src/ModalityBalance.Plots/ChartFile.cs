namespace ModalityBalance.Plots;

/// <summary>A file that a chart is written to.</summary>
internal static class ChartFile
{
    /// <summary>Draws, writes aside and renames. What was there stays as it is if anything fails.</summary>
    public static void Write(string path, Func<byte[]> draw)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var content = draw();
        string aside = $"{path}.tmp";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllBytes(aside, content);
            File.Move(aside, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(aside))
            {
                File.Delete(aside);
            }

            throw new IOException($"path must be a file that can be written, but '{path}' is not: {e.Message}", e);
        }
    }
}
