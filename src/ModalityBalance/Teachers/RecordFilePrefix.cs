using System.Buffers.Binary;

namespace ModalityBalance.Teachers;

/// <summary>
/// The beginning of a teacher cache. The whole file, all numbers little-endian:
/// <code>
/// mark                   8 bytes
/// format version         uint32
/// description's length   uint32, D
/// records' length        int64, R
/// records                R bytes, all of one size, in the order of the samples
/// description            D bytes, JSON
/// SHA-256                32 bytes, of all before
/// </code>
/// </summary>
/// <param name="DescriptionLength">D.</param>
/// <param name="RecordsLength">R.</param>
internal readonly record struct RecordFilePrefix(int DescriptionLength, long RecordsLength)
{
    /// <summary>Bytes before the records.</summary>
    public const int Size = 24;

    /// <summary>Bytes after the description.</summary>
    public const int ChecksumSize = 32;

    private const uint Version = 1;

    /// <summary>Bytes of the whole file.</summary>
    public long FileLength => Size + RecordsLength + DescriptionLength + ChecksumSize;

    private static ReadOnlySpan<byte> Mark => "MBTEACH\n"u8;

    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Mark.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(12), DescriptionLength);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), RecordsLength);
        return bytes;
    }

    /// <exception cref="InvalidDataException">Another file, another version, or cut short.</exception>
    public static RecordFilePrefix Read(Stream stream, string path)
    {
        Span<byte> bytes = stackalloc byte[Size];
        int length = stream.ReadAtLeast(bytes, Size, throwOnEndOfStream: false);
        int common = Math.Min(length, Mark.Length);
        if (!bytes[..common].SequenceEqual(Mark[..common]))
        {
            throw new InvalidDataException($"'{path}' is not a teacher cache.");
        }

        if (length < Size)
        {
            throw new InvalidDataException($"'{path}' is cut short: it holds only {length} bytes.");
        }

        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        return version == Version
            ? new RecordFilePrefix(
                BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
                BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]))
            : throw new InvalidDataException(
                $"'{path}' must be a teacher cache of format version {Version}, but is of version {version}.");
    }
}
