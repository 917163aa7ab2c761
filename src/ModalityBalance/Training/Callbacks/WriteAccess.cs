namespace ModalityBalance.Training;

/// <summary>Errors of writing, told in the terms of who asked for it.</summary>
internal static class WriteAccess
{
    /// <summary>Writes.</summary>
    /// <param name="parameter">What names the place.</param>
    /// <param name="path">The place.</param>
    /// <param name="write">Does it.</param>
    /// <exception cref="IOException">The place cannot be written.</exception>
    public static void Attempt(string parameter, string path, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"{parameter} must be a place that can be written, but '{path}' is not: {e.Message}", e);
        }
    }
}
