using System.Security.Cryptography;

namespace ModalityBalance.Storage;

/// <summary>A file of a kind, checked as a whole when it is opened.</summary>
internal sealed class CheckedFile : IDisposable
{
    private readonly MappedFile _map;

    private CheckedFile(MappedFile map, byte[] description) => (_map, Description) = (map, description);

    /// <summary>The description of the file's content, JSON.</summary>
    public byte[] Description { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it must be.</param>
    /// <exception cref="InvalidDataException">The file is not whole.</exception>
    public static CheckedFile Open(string path, FileKind kind)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var prefix = CheckedFilePrefix.Read(stream, path, kind);
            CheckLength(stream.Length, prefix.FileLength, path);
            CheckChecksum(stream, path);
            var description = new byte[prefix.DescriptionLength];
            stream.Position = CheckedFilePrefix.Size + prefix.ContentLength;
            stream.ReadExactly(description);
            return new CheckedFile(new MappedFile(stream), description);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Copies a part of the content.</summary>
    /// <param name="offset">From the beginning of the content.</param>
    /// <param name="target">As many bytes as wanted.</param>
    public void Read(long offset, Span<byte> target) => _map.Read(CheckedFilePrefix.Size + offset, target);

    /// <summary>A part of the content as a stream; the caller closes it.</summary>
    public Stream OpenRead(long offset, long length) => _map.OpenRead(CheckedFilePrefix.Size + offset, length);

    public void Dispose() => _map.Dispose();

    private static void CheckLength(long length, long expected, string path)
    {
        if (length != expected)
        {
            string damage = length < expected ? "is cut short" : "is too long";
            throw new InvalidDataException(
                $"'{path}' {damage}: it must hold {expected} bytes, but holds {length}.");
        }
    }

    private static void CheckChecksum(FileStream stream, string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var chunk = new byte[1 << 20];
        stream.Position = 0;
        for (long left = stream.Length - CheckedFilePrefix.ChecksumSize; left > 0;)
        {
            int read = (int)Math.Min(left, chunk.Length);
            stream.ReadExactly(chunk, 0, read);
            hash.AppendData(chunk, 0, read);
            left -= read;
        }

        var stored = new byte[CheckedFilePrefix.ChecksumSize];
        stream.ReadExactly(stored);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(stored))
        {
            throw new InvalidDataException($"'{path}' is damaged: its content does not match its checksum.");
        }
    }
}
