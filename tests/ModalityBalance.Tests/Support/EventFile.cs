using System.Text;

namespace ModalityBalance.Tests.Support;

/// <summary>Reads TensorBoard's event files, written after the formats alone: records of TensorFlow, CRC-32C, protocol
/// buffers.</summary>
internal static class EventFile
{
    internal sealed record Entry(double Time, long Step, string? Version, string? Tag, float Value);

    internal static IReadOnlyList<Entry> Read(string path)
    {
        var entries = new List<Entry>();
        using var reader = new BinaryReader(File.OpenRead(path));
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            byte[] length = reader.ReadBytes(8);
            Unmask(reader.ReadUInt32()).Should().Be(Crc32C(length), "the length has a checksum");
            byte[] data = reader.ReadBytes(BitConverter.ToInt32(length));
            Unmask(reader.ReadUInt32()).Should().Be(Crc32C(data), "the data has a checksum");
            entries.Add(ToEntry(data));
        }
        return entries;
    }

    /// <summary>Bit by bit: the reflected Castagnoli polynomial, all ones before and after.</summary>
    internal static uint Crc32C(byte[] data)
    {
        uint remainder = 0xffffffff;
        foreach (byte value in data)
        {
            remainder ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                remainder = (remainder & 1) != 0 ? (remainder >> 1) ^ 0x82f63b78 : remainder >> 1;
            }
        }
        return remainder ^ 0xffffffff;
    }

    private static uint Unmask(uint masked)
    {
        uint rotated = masked - 0xa282ead8;
        return (rotated >> 17) | (rotated << 15);
    }

    private static Entry ToEntry(byte[] data)
    {
        var fields = Fields(data);
        var value = fields.TryGetValue(5, out byte[]? summary) ? Fields(Fields(summary)[1]) : [];
        return new Entry(
            BitConverter.ToDouble(fields[1]),
            fields.TryGetValue(2, out byte[]? step) ? BitConverter.ToInt64(step) : 0,
            fields.TryGetValue(3, out byte[]? version) ? Encoding.UTF8.GetString(version) : null,
            value.TryGetValue(1, out byte[]? tag) ? Encoding.UTF8.GetString(tag) : null,
            value.TryGetValue(2, out byte[]? number) ? BitConverter.ToSingle(number) : float.NaN);
    }

    private static Dictionary<int, byte[]> Fields(byte[] message)
    {
        var fields = new Dictionary<int, byte[]>();
        using var reader = new BinaryReader(new MemoryStream(message));
        while (reader.BaseStream.Position < message.Length)
        {
            int key = reader.Read7BitEncodedInt();
            fields.Add(key >> 3, (key & 7) switch
            {
                0 => BitConverter.GetBytes(reader.Read7BitEncodedInt64()),
                1 => reader.ReadBytes(8),
                2 => reader.ReadBytes(reader.Read7BitEncodedInt()),
                5 => reader.ReadBytes(4),
                int type => throw new InvalidDataException($"wire type {type}"),
            });
        }
        return fields;
    }
}
