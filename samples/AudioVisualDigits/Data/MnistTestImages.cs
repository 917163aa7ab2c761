namespace AudioVisualDigits.Data;

/// <summary>The 10,000 test images of MNIST and their labels, in file order.</summary>
/// <param name="Pixels">Grey values 0 to 255, image by image, row by row.</param>
/// <param name="Labels">The digits, 0 to 9.</param>
internal sealed record MnistTestImages(byte[] Pixels, byte[] Labels)
{
    /// <summary>The number of images.</summary>
    public const int Count = 10_000;

    private const int Side = AudioVisualDigitSet.ImageSide;
    private const int PixelsPerImage = Side * Side;

    /// <summary>Reads both files from a folder.</summary>
    /// <exception cref="BadInputException">A file is missing, damaged, or holds something else.</exception>
    public static MnistTestImages Read(string folder)
    {
        var imagePath = Find(folder, "t10k-images", "idx3-ubyte");
        var labelPath = Find(folder, "t10k-labels", "idx1-ubyte");
        var pixels = IdxFile.Read(imagePath, Count, Side, Side);
        var labels = IdxFile.Read(labelPath, Count);
        CheckVariety(imagePath, pixels);
        CheckLabels(labelPath, labels);
        return new MnistTestImages(pixels, labels);
    }

    /// <summary>Gets an image, row by row: 0 for paper, 1 for ink.</summary>
    public double[] Image(int index) =>
        Array.ConvertAll(Pixels[(index * PixelsPerImage)..((index + 1) * PixelsPerImage)], pixel => pixel / 255.0);

    // The files go by either separator, depending on who published them.
    private static string Find(string folder, string name, string type)
    {
        string[] names = [$"{name}-{type}", $"{name}.{type}", $"{name}-{type}.gz", $"{name}.{type}.gz"];
        return names.Select(file => Path.Combine(folder, file)).FirstOrDefault(File.Exists)
            ?? throw DataFolder.Missing(Path.Combine(folder, names[0]));
    }

    private static void CheckVariety(string path, byte[] pixels)
    {
        if (pixels.AsSpan(PixelsPerImage).SequenceEqual(pixels.AsSpan(0, pixels.Length - PixelsPerImage)))
            throw new BadInputException($"'{path}' must hold images of digits, but all its images are the same.");
    }

    private static void CheckLabels(string path, byte[] labels)
    {
        var wrong = Array.FindIndex(labels, label => label >= AudioVisualDigitSet.Classes);
        if (wrong >= 0)
            throw new BadInputException($"'{path}' must hold labels 0 to 9, but label {wrong} is {labels[wrong]}.");
    }
}
