using System.Buffers.Binary;
using System.IO.Compression;

namespace AudioVisualDigits.Data;

/// <summary>Reads IDX files of unsigned bytes, unpacked or packed by gzip.</summary>
internal static class IdxFile
{
    private const byte UnsignedByteType = 0x08;

    /// <summary>Gets the values of an IDX file, last dimension fastest.</summary>
    /// <param name="path">The file; what it holds tells whether it is packed, not its name.</param>
    /// <param name="dimensions">The dimensions that the file must declare.</param>
    /// <exception cref="BadInputException">The file cannot be read, is damaged, or holds something else.</exception>
    public static byte[] Read(string path, params int[] dimensions)
    {
        var content = InputFile.ReadAllBytes(path);
        try
        {
            var packed = content is [0x1F, 0x8B, ..];
            using Stream file = new MemoryStream(content);
            using var stream = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
            CheckHeader(path, stream, dimensions);
            var values = ReadValues(path, stream, dimensions);
            if (packed)
                CheckGzipEnd(content, HeaderLength(dimensions) + values.Length);
            return values;
        }
        catch (InvalidDataException e)
        {
            throw new BadInputException($"'{path}' must be a whole gzip file, but unpacking it failed: {e.Message}", e);
        }
    }

    private static void CheckHeader(string path, Stream stream, int[] expected)
    {
        var header = new byte[HeaderLength(expected)];
        var length = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (length < 4 || header is not [0, 0, UnsignedByteType, ..] || header[3] != expected.Length)
        {
            var found = length == 0 ? "nothing" : Convert.ToHexString(header.AsSpan(0, Math.Min(length, 4)));
            throw new BadInputException($"'{path}' must be an IDX file of unsigned bytes of rank {expected.Length}, "
                + $"which begins with 000008{expected.Length:X2}, but begins with {found}.");
        }
        if (length < header.Length)
            throw Truncated(path, header.Length, length);
        var dimensions = expected.Select((_, k) => BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + 4 * k)));
        if (!dimensions.SequenceEqual(expected.Select(n => (uint)n)))
            throw new BadInputException($"'{path}' must have the dimensions {string.Join('x', expected)}, "
                + $"but has {string.Join('x', dimensions)}.");
    }

    private static byte[] ReadValues(string path, Stream stream, int[] dimensions)
    {
        var values = new byte[dimensions.Aggregate(1, (product, n) => product * n)];
        var length = stream.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
        if (length < values.Length)
            throw Truncated(path, values.Length, length);
        if (stream.ReadByte() >= 0)
            throw new BadInputException($"'{path}' must end after {values.Length} values, but continues.");
        return values;
    }

    // A gzip file ends with the length of its content. The stream takes a file that is cut there for a whole one.
    private static void CheckGzipEnd(byte[] content, int length)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(content.Length - 4)) != length)
            throw new InvalidDataException("The file does not end with the length of its content.");
    }

    private static int HeaderLength(int[] dimensions) => 4 * (1 + dimensions.Length);

    private static BadInputException Truncated(string path, int expected, int found) =>
        new($"'{path}' is truncated: it must continue for {expected} bytes, but ends after {found}.");
}
