using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace TorchSharp.Modules;

/// <summary>TensorBoard's events as protocol buffers, and the records that hold them in a file.</summary>
internal static class Event
{
    // (field number << 3) | wire type: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes.
    private const byte WallTime = (1 << 3) | 1;
    private const byte Step = (2 << 3) | 0;
    private const byte FileVersion = (3 << 3) | 2;
    private const byte Summary = (5 << 3) | 2;
    private const byte SummaryValue = (1 << 3) | 2;
    private const byte Tag = (1 << 3) | 2;
    private const byte SimpleValue = (2 << 3) | 5;

    /// <summary>The first event of a file.</summary>
    public static byte[] Version(double time) => [.. Time(time), .. Bytes(FileVersion, Encoding.ASCII.GetBytes("brain.Event:2"))];

    public static byte[] Scalar(double time, long step, string tag, float value)
    {
        byte[] number = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(number, value);
        byte[] tagged = [.. Bytes(Tag, Encoding.UTF8.GetBytes(tag)), SimpleValue, .. number];
        return [.. Time(time), Step, .. Varint((ulong)step), .. Bytes(Summary, [.. Bytes(SummaryValue, tagged)])];
    }

    /// <summary>A record: length, its checksum, data, their checksum.</summary>
    public static byte[] Frame(byte[] data)
    {
        byte[] length = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)data.Length);
        return [.. length, .. MaskedChecksum(length), .. data, .. MaskedChecksum(data)];
    }

    /// <summary>CRC-32C (Castagnoli).</summary>
    internal static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint remainder = uint.MaxValue;
        foreach (byte value in data)
        {
            remainder = BitOperations.Crc32C(remainder, value);
        }
        return ~remainder;
    }

    // Rotated and shifted, so that the checksum of data which holds checksums keeps its strength.
    private static byte[] MaskedChecksum(byte[] data)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, BitOperations.RotateRight(Checksum(data), 15) + 0xa282ead8);
        return bytes;
    }

    private static IEnumerable<byte> Time(double time)
    {
        byte[] bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, time);
        return bytes.Prepend(WallTime);
    }

    private static IEnumerable<byte> Bytes(byte field, byte[] content) => [field, .. Varint((ulong)content.Length), .. content];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value > 0x7f; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }
        yield return (byte)value;
    }
}
