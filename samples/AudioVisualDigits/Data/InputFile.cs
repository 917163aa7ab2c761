namespace AudioVisualDigits.Data;

/// <summary>Reads files and folders, turning what the system refuses into <see cref="BadInputException"/>.</summary>
internal static class InputFile
{
    /// <summary>Gets the whole content of a file.</summary>
    public static byte[] ReadAllBytes(string path) => Attempt(path, File.ReadAllBytes);

    /// <summary>Gets the files of a folder that match a pattern.</summary>
    public static string[] List(string folder, string pattern) =>
        Attempt(folder, path => Directory.GetFiles(path, pattern));

    private static T Attempt<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"'{path}' must be readable, but reading failed: {e.Message}", e);
        }
    }
}
