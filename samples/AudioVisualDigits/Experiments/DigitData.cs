using AudioVisualDigits.Data;
using ModalityBalance.Data;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace AudioVisualDigits.Experiments;

/// <summary>The digits of one run as tensors, on its device. They belong to the dispose scope that was open when they
/// were made.</summary>
/// <param name="Train">What to learn from.</param>
/// <param name="Validation">What to choose the best epoch on; null without validation.</param>
/// <param name="Test">What to score on.</param>
internal sealed record DigitData(MultimodalDataset Train, MultimodalDataset? Validation, MultimodalDataset Test)
{
    /// <summary>The task that all data sets are for.</summary>
    public static readonly ClassificationTask Task = new(AudioVisualDigitSet.Classes);

    private const int EvaluationBatch = 500;

    public IBatchSource TrainInOrder => InOrder(Train);

    public IBatchSource? ValidationInOrder => Validation is null ? null : InOrder(Validation);

    public IBatchSource TestInOrder => InOrder(Test);

    /// <summary>Makes the tensors, and keeps apart what the settings ask for.</summary>
    /// <param name="digits">The samples.</param>
    /// <param name="settings">Device, type and validation share.</param>
    /// <param name="seed">Which samples are kept apart.</param>
    public static DigitData Of(AudioVisualDigitSet digits, RunSettings settings, int seed)
    {
        var device = settings.ToDevice();
        var type = settings.ToType();
        var (train, test) = (ToDataset(digits.Train, device, type), ToDataset(digits.Test, device, type));
        int kept = ValidationCount(digits, settings);
        if (kept == 0)
            return new DigitData(train, null, test);

        long[] order = [.. Enumerable.Range(0, digits.Train.Count).Select(i => (long)i)];
        new Random(seed).Shuffle(order);
        return new DigitData(Part(train, order[kept..]), Part(train, order[..kept]), test);
    }

    /// <summary>Parts the training split for a trial.</summary>
    /// <param name="share">The share that is held out.</param>
    /// <param name="seed">Which samples those are.</param>
    public (MultimodalDataset Kept, MultimodalDataset Train) HoldOut(double share, int seed)
    {
        long[] order = [.. Enumerable.Range(0, (int)Train.Count).Select(i => (long)i)];
        new Random(seed).Shuffle(order);
        int kept = (int)Math.Ceiling(share * order.Length);
        return (Part(Train, order[..kept]), Part(Train, order[kept..]));
    }

    /// <summary>Gets the number of samples that are kept apart for validation.</summary>
    public static int ValidationCount(AudioVisualDigitSet digits, RunSettings settings) =>
        (int)Math.Ceiling(settings.ValidationShare * digits.Train.Count);

    private static MultimodalDataset ToDataset(DigitSplit split, Device device, ScalarType type)
    {
        const long Audio = AudioVisualDigitSet.AudioSide;
        const long Image = AudioVisualDigitSet.ImageSide;
        return new MultimodalDataset(
            [
                tensor(split.Audio, [split.Count, 1, Audio, Audio], type, device),
                tensor(split.Image, [split.Count, 1, Image, Image], type, device),
            ],
            tensor(split.Labels, device: device),
            Task);
    }

    private static IBatchSource InOrder(MultimodalDataset data) =>
        data.InOrder((int)Math.Min(EvaluationBatch, data.Count));

    private static MultimodalDataset Part(MultimodalDataset data, long[] samples)
    {
        var part = data.Select(samples);
        return new MultimodalDataset(part.Inputs, part.Targets, Task);
    }
}
