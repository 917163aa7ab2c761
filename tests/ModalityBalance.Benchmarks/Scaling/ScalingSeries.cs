using ModalityBalance.Benchmarks.Networks;
using ModalityBalance.Benchmarks.Steps;
using TorchSharp;

namespace ModalityBalance.Benchmarks.Scaling;

/// <summary>The series of measurements, one quantity each.</summary>
internal sealed class ScalingSeries(DeviceType device, int rounds, ScalingValues values)
{
    /// <summary>All of them, one at a time.</summary>
    public IEnumerable<ScalingPoint> Run() =>
    [
        .. Measure(ScaledQuantity.Modalities, values.Modalities.SelectMany(m =>
            AtHand(m, new StepSetting(EncoderKind.Cnn, m, 32, device)))),
        .. Measure(ScaledQuantity.Batch, values.Batches.SelectMany(batch =>
            AtHand(batch, new StepSetting(EncoderKind.Cnn, 2, batch, device)))),
        // One size at a time: networks of all sizes together would fill the memory.
        .. values.Parameters.SelectMany(parameters => Measure(
            ScaledQuantity.Parameters, AtHand(parameters, Perceptrons(parameters)))),
        .. FromCaches(),
    ];

    private static IEnumerable<(long Value, StepVariant Variant)> AtHand(long value, StepSetting setting)
    {
        var network = new BenchmarkNetwork(setting);
        return StrategyCase.All.Select(of => (value, StepVariant.Of(network, of)));
    }

    private ScalingPoint[] FromCaches()
    {
        var setting = Perceptrons(parameters: 100_000);
        var network = new BenchmarkNetwork(setting);
        using var folder = new ScratchFolder();
        var data = values.Samples.ToDictionary(samples => samples, samples => new CachedData(
            setting, network, samples, Path.Combine(folder.Path, $"{samples}")));
        var points = Measure(ScaledQuantity.Samples, values.Samples.SelectMany(samples =>
            StrategyCase.All.Select(of => ((long)samples, StepVariant.Of(network, of, data[samples].Source())))));
        Array.ForEach([.. data.Values], set => set.Dispose());
        return points;
    }

    private StepSetting Perceptrons(long parameters) =>
        new(EncoderKind.Mlp, 2, 64, device, StepSetting.HiddenUnitsFor(parameters));

    /// <summary>All values and strategies in turn.</summary>
    private ScalingPoint[] Measure(ScaledQuantity quantity, IEnumerable<(long Value, StepVariant Variant)> series)
    {
        var all = series.ToArray();
        var times = StepTimes.Measure(new StepClock(device), all.Select(entry => entry.Variant).ToArray(), rounds);
        var joint = all.Where(entry => entry.Variant.Strategy == StrategyCase.Joint.Strategy)
            .ToDictionary(entry => entry.Value, entry => times.Of(entry.Variant));
        var points = all.Select(entry => new ScalingPoint(
            quantity,
            entry.Value,
            entry.Variant.Strategy,
            entry.Variant.Phase,
            Median.Of(times.Of(entry.Variant)),
            Median.OfRatios(times.Of(entry.Variant), joint[entry.Value]))).ToArray();
        Array.ForEach(all, entry => entry.Variant.Dispose());
        return points;
    }
}
