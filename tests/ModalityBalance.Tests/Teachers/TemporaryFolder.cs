namespace ModalityBalance.Tests.Teachers;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("teachers").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
