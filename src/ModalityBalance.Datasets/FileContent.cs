namespace ModalityBalance.Datasets;

/// <summary>What is read from files, with errors that name the file.</summary>
internal static class FileContent
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must be, with an article.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is of another kind, or damaged.</exception>
    public static T Of<T>(string path, string kind, Func<T> read)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"'{path}' must be {kind}, but there is no such file.", path);
        }

        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or UnauthorizedAccessException))
        {
            // Readers of files fail in many ways; the reason is in their first line.
            string reason = e.Message.Split('\n')[0].Trim().TrimEnd('.');
            throw new InvalidDataException($"'{path}' must be {kind}, but cannot be read: {reason}.", e);
        }
    }

    /// <summary>Checks that a folder is there.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="holds">What it must hold.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string Folder(string path, string holds)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Directory.Exists(path)
            ? path
            : throw new DirectoryNotFoundException($"'{path}' must be a folder that holds {holds}, but there is no such folder.");
    }
}
