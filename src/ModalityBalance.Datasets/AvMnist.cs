using ModalityBalance.Data;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Datasets;

/// <summary>AV-MNIST (Vielzeuf et al., ECCV workshops 2018): images of digits with a part of their energy taken away, and noisy
/// spectrograms of spoken digits, in the layout of MultiBench.</summary>
/// <remarks>
/// <code>
/// image/train_data.npy     [samples, 784] or [samples, 28, 28], 0 to 255
/// audio/train_data.npy     [samples, 112, 112], 0 to 255
/// train_labels.npy         [samples], 0 to 9; the same three for test
/// </code>
/// </remarks>
public static class AvMnist
{
    private const long ImageSide = 28;
    private const long AudioSide = 112;
    private const double Brightest = 255;

    /// <summary>The learning task: ten classes.</summary>
    public static ClassificationTask Task { get; } = new(10);

    /// <summary>Reads a split into memory: the modalities image, [samples, 1, 28, 28], and audio, [samples, 1, 112, 112], both in
    /// [0, 1].</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <returns>Data whose tensors belong to the caller, or to the open dispose scope.</returns>
    /// <exception cref="IOException">The folder or a file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or of other sizes.</exception>
    public static MultimodalDataset Read(string folder, string split)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(split);
        FileContent.Folder(folder, $"image, audio and {split}_labels.npy");
        string labelPath = Path.Combine(folder, $"{split}_labels.npy");
        using var scope = NewDisposeScope();
        var labels = ArrayFile.Read(labelPath);
        if (labels.dim() != 1 || labels.shape[0] == 0 || labels.lt(0).any().item<bool>() || labels.ge(Task.Outputs).any().item<bool>())
        {
            throw new InvalidDataException(
                $"'{labelPath}' must hold a label from 0 to {Task.Outputs - 1} per sample, [samples], but has shape "
                + $"[{string.Join(", ", labels.shape)}] and values {ArrayFile.Range(labels)}.");
        }

        var image = Pictures("image", ImageSide);
        var audio = Pictures("audio", AudioSide);
        return new MultimodalDataset(
            [image.MoveToOuterDisposeScope(), audio.MoveToOuterDisposeScope()],
            labels.to(ScalarType.Int64).MoveToOuterDisposeScope(),
            Task);

        Tensor Pictures(string modality, long side)
        {
            string path = Path.Combine(folder, modality, $"{split}_data.npy");
            var values = ArrayFile.Read(path);
            if (values.numel() != labels.shape[0] * side * side || values.shape[0] != labels.shape[0])
            {
                throw new InvalidDataException(
                    $"'{path}' must hold {labels.shape[0]} samples of {side} x {side} values, as many as there are labels, but has shape "
                    + $"[{string.Join(", ", values.shape)}].");
            }

            return (values.to(ScalarType.Float32) / Brightest).reshape(-1, 1, side, side);
        }
    }
}
