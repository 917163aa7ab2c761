using System.Security.Cryptography;
using System.Text;

namespace ModalityBalance.Storage;

/// <summary>Writes a checked file beside its place and, once whole, moves it there in one step. Disposed before
/// that, it leaves everything as it was.</summary>
internal sealed class CheckedFileWriter : IDisposable
{
    private readonly string _path;
    private readonly FileKind _kind;
    private readonly string _aside;
    private readonly FileStream _stream;

    /// <param name="path">The file's place.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="create">Makes the file that is written beside it; null for an ordinary one.</param>
    public CheckedFileWriter(string path, FileKind kind, Func<string, FileStream>? create = null)
    {
        (_path, _kind) = (path, kind);
        _aside = $"{path}.{Guid.NewGuid():N}.tmp";
        _stream = create?.Invoke(_aside) ?? new FileStream(_aside, FileMode.CreateNew, FileAccess.ReadWrite);
        _stream.Write(new byte[CheckedFilePrefix.Size]);
    }

    /// <summary>Bytes of content so far.</summary>
    public long Length => _stream.Position - CheckedFilePrefix.Size;

    /// <summary>Adds content.</summary>
    public void Append(ReadOnlySpan<byte> content) => _stream.Write(content);

    /// <summary>Adds what a function writes.</summary>
    public void Append(Action<BinaryWriter> write)
    {
        using var writer = new BinaryWriter(_stream, Encoding.UTF8, leaveOpen: true);
        write(writer);
    }

    /// <summary>Completes the file and puts it in its place.</summary>
    public void Commit(ReadOnlySpan<byte> description)
    {
        var prefix = new CheckedFilePrefix(description.Length, Length);
        _stream.Write(description);
        _stream.Position = 0;
        _stream.Write(prefix.ToBytes(_kind));
        _stream.Position = 0;
        _stream.Write(SHA256.HashData(_stream));
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_aside, _path, overwrite: true);
    }

    /// <summary>Removes what was not put in its place.</summary>
    public void Dispose()
    {
        try
        {
            _stream.Dispose();
        }
        catch (IOException)
        {
            // What is still buffered cannot be written, and is not wanted: the file is removed.
        }
        finally
        {
            File.Delete(_aside);
        }
    }
}
