using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Networks;

/// <summary>A network and a batch to measure.</summary>
/// <param name="Encoders">Kind of all encoders.</param>
/// <param name="Modalities">Number of encoders.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Device">Where both are.</param>
/// <param name="HiddenUnits">Of a perceptron, in each of its two hidden layers.</param>
internal sealed record StepSetting(
    EncoderKind Encoders, int Modalities, int Batch, DeviceType Device, long HiddenUnits = 128)
{
    private const long Features = 64;

    /// <summary>The type of weights and inputs.</summary>
    public ScalarType Type { get; init; } = ScalarType.Float32;

    /// <summary>Width of a representation.</summary>
    public long Width => Encoders == EncoderKind.Resnet18 ? 512 : 64;

    /// <summary>One sample of one modality.</summary>
    public long[] SampleShape => Encoders switch
    {
        EncoderKind.Cnn => [1, 32, 32],
        EncoderKind.Resnet18 => [3, 64, 64],
        _ => [Features],
    };

    public Device ToDevice() => new(Device);

    /// <summary>The width that gives a perceptron about so many parameters: h^2 + 128 h.</summary>
    public static long HiddenUnitsFor(long parameters) =>
        (long)Math.Round(Math.Sqrt((Features * Features) + parameters) - Features);
}
