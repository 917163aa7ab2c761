namespace AudioVisualDigits.Tests.Data;

/// <summary>A folder that goes with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    /// <summary>Gets the folder.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("audio-visual-digits-").FullName;

    /// <summary>Writes a file, with the folders it lies in, and gets where it is.</summary>
    public string Write(string name, byte[] content)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
