namespace AudioVisualDigits.Tests;

/// <summary>Makes a folder the current one for the time of a test.</summary>
internal sealed class CurrentFolder : IDisposable
{
    private readonly string _before = Directory.GetCurrentDirectory();

    public CurrentFolder(string path)
    {
        Directory.SetCurrentDirectory(path);
    }

    public void Dispose() => Directory.SetCurrentDirectory(_before);
}
