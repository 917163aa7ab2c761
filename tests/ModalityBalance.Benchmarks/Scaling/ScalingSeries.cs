using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using TorchSharp;

namespace ModalityBalance.Benchmarks.Scaling;

/// <summary>The series of measurements, one quantity each.</summary>
internal sealed class ScalingSeries(DeviceType device, int rounds, IReadOnlyList<StrategyCase> strategies)
{
    private static readonly int[] Modalities = [2, 3, 4, 5, 6, 7, 8];
    private static readonly int[] Batches = [8, 32, 128, 512];
    private static readonly long[] Parameters = [10_000, 100_000, 1_000_000, 10_000_000];
    private static readonly int[] Samples = [1000, 10_000, 100_000];

    /// <summary>All of them, one at a time.</summary>
    public IEnumerable<ScalingPoint> Run() =>
    [
        .. Modalities.SelectMany(m => AtHand(
            ScaledQuantity.Modalities, m, new StepSetting(EncoderKind.Cnn, m, 32, device))),
        .. Batches.SelectMany(batch => AtHand(
            ScaledQuantity.Batch, batch, new StepSetting(EncoderKind.Cnn, 2, batch, device))),
        .. Parameters.SelectMany(parameters => AtHand(
            ScaledQuantity.Parameters,
            parameters,
            new StepSetting(EncoderKind.Mlp, 2, 64, device, StepSetting.HiddenUnitsFor(parameters)))),
        .. Samples.SelectMany(FromCache),
    ];

    private ScalingPoint[] AtHand(ScaledQuantity quantity, long value, StepSetting setting)
    {
        var network = new BenchmarkNetwork(setting);
        return Measure(quantity, value, strategies.Select(of => StepVariant.Of(network, of)).ToArray());
    }

    private ScalingPoint[] FromCache(int samples)
    {
        var setting = new StepSetting(EncoderKind.Mlp, 2, 64, device, StepSetting.HiddenUnitsFor(100_000));
        var network = new BenchmarkNetwork(setting);
        using var data = new CachedData(setting, network, samples);
        return Measure(
            ScaledQuantity.Samples, samples, strategies.Select(of => StepVariant.Of(network, of, data.Source())).ToArray());
    }

    private ScalingPoint[] Measure(ScaledQuantity quantity, long value, StepVariant[] variants)
    {
        var times = StepTimes.Measure(new StepClock(device), variants, rounds);
        var points = variants.Select(variant => new ScalingPoint(
            quantity,
            value,
            variant.Strategy,
            variant.Phase,
            Median.Of(times.Of(variant)),
            Median.OfRatios(times.Of(variant), times.Yardstick))).ToArray();
        Array.ForEach(variants, variant => variant.Dispose());
        return points;
    }
}
