using System.Buffers.Binary;
using System.IO.Compression;

namespace AudioVisualDigits.Tests.Data;

/// <summary>The content of IDX files.</summary>
internal static class IdxBytes
{
    /// <summary>Gets a file that declares unsigned bytes of some dimensions and holds some values.</summary>
    public static byte[] Of(int[] dimensions, byte[] values)
    {
        var header = new byte[4 + 4 * dimensions.Length];
        header[2] = 0x08;
        header[3] = (byte)dimensions.Length;
        for (var k = 0; k < dimensions.Length; k++)
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * k), dimensions[k]);
        return [.. header, .. values];
    }

    /// <summary>Gets ten thousand images of random pixels.</summary>
    public static byte[] Images()
    {
        var pixels = new byte[10_000 * 28 * 28];
        new Random(1).NextBytes(pixels);
        return Of([10_000, 28, 28], pixels);
    }

    /// <summary>Gets ten thousand labels that repeat the ten digits.</summary>
    public static byte[] Labels() => Of([10_000], [.. Enumerable.Range(0, 10_000).Select(i => (byte)(i % 10))]);

    /// <summary>Packs a file.</summary>
    public static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(content);
        return packed.ToArray();
    }
}
