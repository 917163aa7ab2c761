using SkiaSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets;

/// <summary>The frames of a recording, files of JPEG or PNG images in a folder, in the order of their names.</summary>
internal static class Frames
{
    // Of ImageNet, by which images are normalized.
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private const double SmallestArea = 0.08;

    /// <summary>The image files of a folder.</summary>
    /// <exception cref="InvalidDataException">It holds none.</exception>
    public static string[] In(string folder)
    {
        string[] files =
        [
            .. Directory.EnumerateFiles(folder)
                .Where(file => Path.GetExtension(file).ToUpperInvariant() is ".JPG" or ".JPEG" or ".PNG")
                .Order(StringComparer.Ordinal),
        ];
        return files.Length > 0
            ? files
            : throw new InvalidDataException($"'{folder}' must hold frames as .jpg or .png files, but holds none.");
    }

    /// <summary>Reads frames that are spread evenly over those of a recording.</summary>
    /// <param name="files">At least one image. An image is taken again where there are fewer than frames.</param>
    /// <param name="options">Number and size.</param>
    /// <param name="random">Chooses the part of each frame; null for the whole of it.</param>
    /// <returns>[3, size, size], or [frames, 3, size, size] for more than one, normalized; the caller, or the open dispose scope,
    /// owns it.</returns>
    /// <exception cref="InvalidDataException">A file is no image that can be read.</exception>
    public static Tensor Read(IReadOnlyList<string> files, AudioVisualOptions options, Random? random)
    {
        using var scope = NewDisposeScope();
        var frames = Enumerable.Range(0, options.Frames)
            .Select(i => Read(files[files.Count * ((2 * i) + 1) / (2 * options.Frames)], options.FrameSize, random)).ToArray();
        return (frames.Length == 1 ? frames[0] : stack(frames)).MoveToOuterDisposeScope();
    }

    private static Tensor Read(string path, int size, Random? random) => FileContent.Of(path, "a JPEG or PNG image", () =>
    {
        using var codec = SKCodec.Create(path) ?? throw new InvalidDataException("it is neither, or is cut short");
        using var image = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul));
        if (codec.GetPixels(image.Info, image.GetPixels()) != SKCodecResult.Success)
        {
            throw new InvalidDataException("it is cut short or damaged");
        }

        using var scaled = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(scaled))
        using (var pixels = SKImage.FromBitmap(image))
        {
            if (random?.Next(2) == 1)
            {
                canvas.Scale(-1, 1, size / 2f, 0);
            }

            canvas.DrawImage(
                pixels,
                random is null ? SKRect.Create(image.Width, image.Height) : Part(image, random),
                SKRect.Create(size, size),
                new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        return Normalized(scaled.Bytes, size);
    });

    /// <summary>A part of random area and place, of the image's proportions within 3:4 and 4:3.</summary>
    private static SKRect Part(SKBitmap image, Random random)
    {
        double area = SmallestArea + ((1 - SmallestArea) * random.NextDouble());
        double stretch = Math.Exp((random.NextDouble() - 0.5) * Math.Log(16.0 / 9));
        float width = (float)Math.Min(image.Width, image.Width * Math.Sqrt(area * stretch));
        float height = (float)Math.Min(image.Height, image.Height * Math.Sqrt(area / stretch));
        return SKRect.Create(
            random.NextSingle() * (image.Width - width), random.NextSingle() * (image.Height - height), width, height);
    }

    /// <param name="pixels">Red, green, blue and opacity of each pixel.</param>
    /// <param name="size">Height and width.</param>
    private static Tensor Normalized(byte[] pixels, int size)
    {
        float[] values = new float[3 * size * size];
        for (int i = 0; i < size * size; i++)
        {
            for (int c = 0; c < 3; c++)
            {
                values[(c * size * size) + i] = ((pixels[(4 * i) + c] / 255f) - Mean[c]) / Deviation[c];
            }
        }

        return tensor(values, [3, size, size]);
    }
}
