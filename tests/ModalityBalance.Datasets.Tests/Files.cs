using NAudio.Wave;
using NumSharp;
using PureHDF;
using SkiaSharp;

namespace ModalityBalance.Datasets.Tests;

/// <summary>A temporary folder, and small files in it.</summary>
internal sealed class Files : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("datasets-").FullName;

    public string At(params string[] parts)
    {
        string path = Path.Combine([Root, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>Writes a tone, the same in every channel.</summary>
    public static void Tone(string path, double hertz, int rate = 22_050, double seconds = 1, int channels = 1)
    {
        using var writer = new WaveFileWriter(path, new WaveFormat(rate, 16, channels));
        for (int i = 0; i < rate * seconds; i++)
        {
            float value = 0.5f * (float)Math.Sin(2 * Math.PI * hertz * i / rate);
            for (int c = 0; c < channels; c++)
            {
                writer.WriteSample(value);
            }
        }
    }

    /// <summary>Writes an image whose left and right halves have one color each.</summary>
    public static void Image(string path, SKColor left, SKColor right, int width = 40, int height = 20)
    {
        using var bitmap = new SKBitmap(width, height);
        for (int x = 0; x < width; x++)
        {
            for (int y = 0; y < height; y++)
            {
                bitmap.SetPixel(x, y, x < width / 2 ? left : right);
            }
        }

        var format = path.EndsWith(".png", StringComparison.Ordinal) ? SKEncodedImageFormat.Png : SKEncodedImageFormat.Jpeg;
        using var data = bitmap.Encode(format, 100);
        File.WriteAllBytes(path, data.ToArray());
    }

    public static void Npz(string path, params (string Name, Array Values)[] arrays) =>
        np.savez(path, arrays.ToDictionary(array => array.Name, array => new NDArray(array.Values)));

    public static void Npy(string path, Array values) => np.save(path, new NDArray(values), false);

    /// <summary>Writes arrays whose names are of the form group/array.</summary>
    public static void Hdf5(string path, params (string Name, Array Values)[] arrays)
    {
        var file = new H5File();
        foreach (var group in arrays.GroupBy(array => array.Name.Split('/')[0]))
        {
            var members = new H5Group();
            foreach (var (name, values) in group)
            {
                members[name.Split('/')[1]] = values;
            }

            file[group.Key] = members;
        }

        file.Write(path);
    }

    /// <summary>Leaves out the end of a file.</summary>
    public static void Cut(string path, double kept = 0.5)
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..(int)(kept * bytes.Length)]);
    }
}
