using System.Buffers.Binary;

namespace AudioVisualDigits.Data;

/// <summary>Reads WAV files of the one kind that the digits come in: PCM, 16 bits, mono, 8 kHz.</summary>
internal static class WavFile
{
    private const int ChunkHeaderLength = 8;
    private const int FormatLength = 16;

    /// <summary>Gets the samples of a recording, in [-1, 1).</summary>
    /// <exception cref="BadInputException">The file is damaged, empty or of another kind.</exception>
    public static double[] Read(string path)
    {
        var content = InputFile.ReadAllBytes(path);
        if (content.Length < 12 || !content.AsSpan(0, 4).SequenceEqual("RIFF"u8)
            || !content.AsSpan(8, 4).SequenceEqual("WAVE"u8))
            throw new BadInputException($"'{path}' must be a RIFF WAVE file, but does not begin like one.");
        CheckFormat(path, FindChunk(path, content, "fmt "u8));
        return ReadSamples(path, FindChunk(path, content, "data"u8));
    }

    private static ReadOnlySpan<byte> FindChunk(string path, ReadOnlySpan<byte> content, ReadOnlySpan<byte> name)
    {
        var position = 12L;
        while (position + ChunkHeaderLength <= content.Length)
        {
            var header = content.Slice((int)position, ChunkHeaderLength);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
            var start = position + ChunkHeaderLength;
            var found = header[..4].SequenceEqual(name);
            if (found && start + length > content.Length)
                throw new BadInputException($"'{path}' is truncated: its {Text(name)} chunk must hold {length} bytes, "
                    + $"but the file ends after {content.Length - start}.");
            if (found)
                return content.Slice((int)start, (int)length);
            position = start + length + length % 2; // Chunks begin at even positions.
        }
        throw new BadInputException($"'{path}' must have a {Text(name)} chunk, but has none.");
    }

    private static void CheckFormat(string path, ReadOnlySpan<byte> format)
    {
        if (format.Length < FormatLength)
            throw new BadInputException($"'{path}' must have a fmt chunk of at least {FormatLength} bytes, "
                + $"but it has {format.Length}.");
        var encoding = BinaryPrimitives.ReadUInt16LittleEndian(format);
        var channels = BinaryPrimitives.ReadUInt16LittleEndian(format[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(format[4..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(format[14..]);
        if (encoding != 1 || channels != 1 || rate != LogMel.SampleRate || bits != 16)
            throw new BadInputException($"'{path}' must be PCM (format 1) with 1 channel of 16 bits at "
                + $"{LogMel.SampleRate} Hz, but is format {encoding} with {channels} of {bits} bits at {rate} Hz.");
    }

    private static double[] ReadSamples(string path, ReadOnlySpan<byte> data)
    {
        if (data.Length == 0 || data.Length % 2 != 0)
            throw new BadInputException($"'{path}' must hold whole samples of 2 bytes, but holds {data.Length} bytes.");
        var samples = new double[data.Length / 2];
        for (var n = 0; n < samples.Length; n++)
            samples[n] = BinaryPrimitives.ReadInt16LittleEndian(data[(2 * n)..]) / 32768.0;
        return samples;
    }

    private static string Text(ReadOnlySpan<byte> name) => System.Text.Encoding.ASCII.GetString(name).TrimEnd();
}
