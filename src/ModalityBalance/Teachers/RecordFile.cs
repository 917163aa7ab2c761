using System.Security.Cryptography;

namespace ModalityBalance.Teachers;

/// <summary>A file of records, checked as a whole when it is opened.</summary>
internal sealed class RecordFile : IDisposable
{
    private readonly MappedFile _map;

    private RecordFile(MappedFile map, byte[] description) => (_map, Description) = (map, description);

    /// <summary>What the file says of its records, JSON.</summary>
    public byte[] Description { get; }

    /// <summary>Opens a file.</summary>
    /// <exception cref="InvalidDataException">The file is not whole.</exception>
    public static RecordFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        try
        {
            var prefix = RecordFilePrefix.Read(stream, path);
            CheckLength(stream.Length, prefix.FileLength, path);
            CheckChecksum(stream, path);
            var description = new byte[prefix.DescriptionLength];
            stream.Position = RecordFilePrefix.Size + prefix.RecordsLength;
            stream.ReadExactly(description);
            return new RecordFile(new MappedFile(stream), description);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Copies a part of the records.</summary>
    /// <param name="offset">From the first record on.</param>
    /// <param name="target">As many bytes as wanted.</param>
    public void Read(long offset, Span<byte> target) => _map.Read(RecordFilePrefix.Size + offset, target);

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
        for (long left = stream.Length - RecordFilePrefix.ChecksumSize; left > 0;)
        {
            int read = (int)Math.Min(left, chunk.Length);
            stream.ReadExactly(chunk, 0, read);
            hash.AppendData(chunk, 0, read);
            left -= read;
        }

        var stored = new byte[RecordFilePrefix.ChecksumSize];
        stream.ReadExactly(stored);
        if (!hash.GetHashAndReset().AsSpan().SequenceEqual(stored))
        {
            throw new InvalidDataException($"'{path}' is damaged: its content does not match its checksum.");
        }
    }
}
