using AudioVisualDigits.Data;
using static TorchSharp.torch;

namespace Papers;

/// <summary>MNIST's 10,000 test images, which are all that is at hand, in two parts: 8,000 to train on and 2,000 to test
/// on.</summary>
/// <param name="Train">Images [samples, 1, 28, 28] in [0, 1], and labels.</param>
/// <param name="Test">The same of the rest.</param>
internal sealed record MnistSplit((Tensor Images, Tensor Labels) Train, (Tensor Images, Tensor Labels) Test)
{
    private const int TrainingImages = 8_000;
    private const int Few = 400;

    /// <summary>Reads the images.</summary>
    /// <param name="request">The folder, and whether a few hundred will do.</param>
    /// <exception cref="BadInputException">There is no folder, or a file is missing or damaged.</exception>
    public static MnistSplit Read(RunRequest request)
    {
        string folder = request.DataFolder
            ?? throw new BadInputException("--data must be given, the folder of the real digits, for this table, but is not.");
        DataFolder.Check(folder);
        var mnist = MnistTestImages.Read(DataFolder.Mnist(folder));
        var images = tensor(mnist.Pixels, [MnistTestImages.Count, 1, 28, 28]).to(ScalarType.Float32) / 255;
        var labels = tensor(mnist.Labels).to(ScalarType.Int64);
        int train = request.IsQuick ? Few : TrainingImages;
        int test = request.IsQuick ? Few : MnistTestImages.Count - TrainingImages;
        return new MnistSplit(
            (images.narrow(0, 0, train), labels.narrow(0, 0, train)),
            (images.narrow(0, TrainingImages, test), labels.narrow(0, TrainingImages, test)));
    }
}
