using System.Buffers.Binary;
using NAudio.Wave;
using NAudio.Wave.SampleProviders;

namespace ModalityBalance.Datasets;

/// <summary>The sound of a wav file.</summary>
internal static class Recording
{
    /// <summary>Reads a file: the mean of its channels, at a sampling rate.</summary>
    /// <returns>Samples in [-1, 1], at least one.</returns>
    /// <exception cref="InvalidDataException">It is no wav file, is cut short, or holds no sound.</exception>
    public static float[] Read(string path, int sampleRate) => FileContent.Of(path, "a wav file of PCM or float samples", () =>
    {
        CheckLength(path);
        using var reader = new WaveFileReader(path);
        ISampleProvider sound = reader.ToSampleProvider();
        if (sound.WaveFormat.Channels > 1)
        {
            sound = new MeanOfChannels(sound);
        }

        if (sound.WaveFormat.SampleRate != sampleRate)
        {
            sound = new WdlResamplingSampleProvider(sound, sampleRate);
        }

        float[] samples = ReadAll(sound);
        return samples.Length > 0 ? samples : throw new InvalidDataException("it holds no sound");
    });

    /// <summary>Compares the length that the header names with that of the file; the reader takes what is there.</summary>
    private static void CheckLength(string path)
    {
        Span<byte> header = stackalloc byte[8];
        using var file = File.OpenRead(path);
        file.ReadExactly(header);
        uint named = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);

        // A recorder that did not know the length wrote the largest number.
        if (named != uint.MaxValue && named + (long)header.Length > file.Length)
        {
            throw new InvalidDataException($"it is cut short: {named + header.Length} bytes by its header, but {file.Length} in the file");
        }
    }

    private static float[] ReadAll(ISampleProvider sound)
    {
        const int Block = 1 << 14;
        var samples = new List<float>();
        float[] block = new float[Block];
        while (sound.Read(block) is > 0 and var count)
        {
            samples.AddRange(block.AsSpan(0, count));
        }

        return [.. samples];
    }

    private sealed class MeanOfChannels(ISampleProvider source) : ISampleProvider
    {
        private readonly int _channels = source.WaveFormat.Channels;

        public WaveFormat WaveFormat { get; } = WaveFormat.CreateIeeeFloatWaveFormat(source.WaveFormat.SampleRate, 1);

        public int Read(Span<float> buffer)
        {
            float[] all = new float[buffer.Length * _channels];
            int count = source.Read(all) / _channels;
            for (int i = 0; i < count; i++)
            {
                float sum = 0;
                for (int c = 0; c < _channels; c++)
                {
                    sum += all[(i * _channels) + c];
                }

                buffer[i] = sum / _channels;
            }

            return count;
        }
    }
}
