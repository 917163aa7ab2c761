using AudioVisualDigits.Data;

namespace Papers;

/// <summary>Files of results.</summary>
internal static class ResultFile
{
    /// <summary>Writes a file aside and renames it, so that it is whole or not there. Creates its folder.</summary>
    /// <exception cref="BadInputException">It cannot be written.</exception>
    public static void Write(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path + ".tmp", text);
            File.Move(path + ".tmp", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"--out must be a folder that can be written, but '{path}' cannot: {e.Message}", e);
        }
    }
}
