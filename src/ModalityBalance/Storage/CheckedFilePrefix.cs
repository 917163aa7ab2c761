using System.Buffers.Binary;

namespace ModalityBalance.Storage;

/// <summary>
/// The beginning of a checked file. The whole file, all numbers little-endian:
/// <code>
/// mark                   8 bytes
/// format version         uint32
/// description's length   uint32, D
/// content's length       int64, C
/// content                C bytes
/// description            D bytes, JSON
/// SHA-256                32 bytes, of all before
/// </code>
/// </summary>
/// <param name="DescriptionLength">D.</param>
/// <param name="ContentLength">C.</param>
internal readonly record struct CheckedFilePrefix(int DescriptionLength, long ContentLength)
{
    /// <summary>Bytes before the content.</summary>
    public const int Size = 24;

    /// <summary>Bytes after the description.</summary>
    public const int ChecksumSize = 32;

    /// <summary>Bytes of the whole file.</summary>
    public long FileLength => Size + ContentLength + DescriptionLength + ChecksumSize;

    public byte[] ToBytes(FileKind kind)
    {
        var bytes = new byte[Size];
        kind.Mark.CopyTo(bytes, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), kind.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), DescriptionLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), ContentLength);
        return bytes;
    }

    /// <exception cref="InvalidDataException">Another file, another version, cut short, or damaged.</exception>
    public static CheckedFilePrefix Read(Stream stream, string path, FileKind kind)
    {
        Span<byte> bytes = stackalloc byte[Size];
        int length = stream.ReadAtLeast(bytes, Size, throwOnEndOfStream: false);
        int common = Math.Min(length, kind.Mark.Length);
        if (!bytes[..common].SequenceEqual(kind.Mark.AsSpan(0, common)))
        {
            throw new InvalidDataException($"'{path}' is not a {kind.Name}.");
        }

        if (length < Size)
        {
            throw new InvalidDataException($"'{path}' is cut short: it holds only {length} bytes.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != kind.Version)
        {
            throw new InvalidDataException(
                $"'{path}' must be a {kind.Name} of format version {kind.Version}, but is of version {version}.");
        }

        var prefix = new CheckedFilePrefix(
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
        return prefix is { DescriptionLength: >= 0, ContentLength: >= 0 }
            ? prefix
            : throw new InvalidDataException($"'{path}' is damaged: its lengths must be at least 0.");
    }
}
