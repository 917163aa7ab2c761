using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>The gradients of the fused loss (first) and of the modalities' own losses (second), encoder by encoder.
/// </summary>
internal static class EncoderComparison
{
    /// <summary>Passes each encoder backward twice, without touching any gradient; its graph is kept.</summary>
    /// <param name="step">Encoded.</param>
    /// <param name="fused">The fused loss's gradient at each representation; null where it does not depend on it.
    /// </param>
    /// <param name="own">The gradient of the sum of the modalities' own losses at each representation.</param>
    /// <returns>One row entry per encoder.</returns>
    public static IEnumerable<Tensor> Of(
        TrainingStep step, IReadOnlyList<Tensor?> fused, IReadOnlyList<Tensor> own) =>
        Gradients(step, fused, own).Select((pair, m) => Entry(pair, own[m].device));

    /// <summary>The row entry of one encoder.</summary>
    /// <param name="pair">What <see cref="Gradients"/> gives for it.</param>
    /// <param name="device">The model's device.</param>
    public static Tensor Entry((IReadOnlyList<Tensor> First, IReadOnlyList<Tensor> Second)? pair, Device device) =>
        pair is var (first, second) ? DeviceRows.Entry(new GradientProducts(first, second)) : DeviceRows.NoEntry(device);

    /// <summary>Passes each encoder backward twice, one after the other as they are asked for.</summary>
    /// <inheritdoc cref="Of"/>
    /// <returns>Per encoder, the gradients of its parameters; null where it has nothing to learn.</returns>
    public static IEnumerable<(IReadOnlyList<Tensor> First, IReadOnlyList<Tensor> Second)?> Gradients(
        TrainingStep step, IReadOnlyList<Tensor?> fused, IReadOnlyList<Tensor> own) =>
        fused.Zip(own, (f, o) => (f, o)).Select((cotangents, m) =>
            cotangents.f is { } down
            && step.EncoderGradients(m, [down, cotangents.o], keepGraph: true) is [{ Count: > 0 } first, var second]
                ? (first, second)
                : ((IReadOnlyList<Tensor>, IReadOnlyList<Tensor>)?)null);
}
