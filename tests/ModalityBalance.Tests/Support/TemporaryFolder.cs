namespace ModalityBalance.Tests.Support;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("teachers").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
