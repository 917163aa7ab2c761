using static TorchSharp.torch;

namespace ModalityBalance.Benchmarks;

/// <summary>What one way to make a step costs.</summary>
/// <param name="Strategy">joint, handwritten (the plain loop), trainer (joint by the trainer), uniform, umt, pareto,
/// mmpareto, i2mcl or g2d.</param>
/// <param name="Phase">G2D's phase; null for the others.</param>
/// <param name="Encoders">cnn or resnet18.</param>
/// <param name="Modalities">Number of encoders.</param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">Threads of libtorch on the CPU.</param>
/// <param name="Milliseconds">Median over the rounds.</param>
/// <param name="Ratio">Median over the rounds of the ratio to joint training in the same round.</param>
internal sealed record StepCost(
    string Strategy,
    string? Phase,
    string Encoders,
    int Modalities,
    int Batch,
    string Device,
    int Threads,
    double Milliseconds,
    double Ratio)
{
    public static StepCost Of(
        StepSetting setting, StepVariant variant, IReadOnlyList<double> milliseconds, IReadOnlyList<double> yardstick) =>
        new(
            variant.Strategy,
            variant.Phase,
            setting.Encoders,
            setting.Modalities,
            setting.Batch,
            setting.Device,
            get_num_threads(),
            Median(milliseconds),
            Median(milliseconds.Zip(yardstick, (own, joint) => own / joint)));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
