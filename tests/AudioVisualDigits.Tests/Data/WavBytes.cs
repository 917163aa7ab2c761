using System.Text;

namespace AudioVisualDigits.Tests.Data;

/// <summary>The content of WAV files.</summary>
internal static class WavBytes
{
    /// <summary>Gets a recording; what it is by default is what the reader takes.</summary>
    public static byte[] Of(
        short[] samples, ushort format = 1, ushort channels = 1, uint rate = 8000, ushort bits = 16)
    {
        var data = new byte[2 * samples.Length];
        Buffer.BlockCopy(samples, 0, data, 0, data.Length);
        return Riff(Chunk("fmt ", Format(format, channels, rate, bits)), Chunk("data", data));
    }

    /// <summary>Gets a RIFF WAVE file of some chunks.</summary>
    public static byte[] Riff(params byte[][] chunks)
    {
        byte[] body = [.. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];
        return Chunk("RIFF", body);
    }

    /// <summary>Gets a chunk, padded to even length.</summary>
    public static byte[] Chunk(string name, byte[] body) =>
    [
        .. Encoding.ASCII.GetBytes(name),
        .. BitConverter.GetBytes(body.Length),
        .. body,
        .. new byte[body.Length % 2],
    ];

    /// <summary>Gets the body of a format chunk.</summary>
    public static byte[] Format(ushort format = 1, ushort channels = 1, uint rate = 8000, ushort bits = 16)
    {
        var frame = (ushort)(channels * bits / 8);
        using var body = new MemoryStream();
        using var writer = new BinaryWriter(body);
        writer.Write(format);
        writer.Write(channels);
        writer.Write(rate);
        writer.Write(rate * frame);
        writer.Write(frame);
        writer.Write(bits);
        return body.ToArray();
    }
}
