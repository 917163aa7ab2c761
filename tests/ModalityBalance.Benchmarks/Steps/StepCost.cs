using ModalityBalance.Benchmarks.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks.Steps;

/// <summary>What one way to make a step costs.</summary>
/// <param name="Strategy">joint, handwritten (the plain loop), trainer (joint by the trainer), bfloat16 (joint, with weights
/// and inputs in that type), uniform, umt, pareto, mmpareto, i2mcl or g2d.</param>
/// <param name="Phase">G2D's phase; null for the others.</param>
/// <param name="Encoders">Kind of all encoders.</param>
/// <param name="Modalities">Number of encoders.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Device">Where.</param>
/// <param name="Threads">Threads of libtorch on the CPU.</param>
/// <param name="Milliseconds">Median over the rounds.</param>
/// <param name="Ratio">Median over the rounds of the ratio to joint training in the same round.</param>
internal sealed record StepCost(
    string Strategy,
    string? Phase,
    EncoderKind Encoders,
    int Modalities,
    int Batch,
    DeviceType Device,
    int Threads,
    double Milliseconds,
    double Ratio)
{
    public static StepCost Of(
        StepSetting setting,
        string strategy,
        string? phase,
        IReadOnlyList<double> milliseconds,
        IReadOnlyList<double> yardstick) =>
        new(
            strategy,
            phase,
            setting.Encoders,
            setting.Modalities,
            setting.Batch,
            setting.Device,
            get_num_threads(),
            Median.Of(milliseconds),
            Median.OfRatios(milliseconds, yardstick));
}
