namespace ModalityBalance.Benchmarks;

/// <summary>A folder that is removed at the end.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("benchmarks").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
