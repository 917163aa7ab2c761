using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>The features of a linear probe: representations standardized by mean and deviation of the samples it
/// is fitted on, and a last one that is always one, whose weights are the bias.</summary>
internal sealed class ProbeFeatures
{
    private const double MinimalDeviation = 1e-5;

    private readonly double[] _mean;
    private readonly double[] _deviation;

    /// <param name="representations">[samples, ...], on the CPU; what the probe is fitted on.</param>
    public ProbeFeatures(Tensor representations)
    {
        using var scope = NewDisposeScope();
        var raw = Raw(representations);
        var mean = raw.mean([0L]);
        _mean = mean.data<double>().ToArray();
        _deviation = ((raw - mean).square().mean([0L]).sqrt() + MinimalDeviation).data<double>().ToArray();
    }

    /// <summary>The features of other samples, double, [samples, features + 1].</summary>
    /// <exception cref="ArgumentException">Another number of features, or one that is not finite.</exception>
    public Tensor Of(Tensor representations)
    {
        var raw = Raw(representations);
        if (raw.shape[1] != _mean.Length)
        {
            throw new ArgumentException(
                $"representations must have {_mean.Length} features, but have {raw.shape[1]}.",
                nameof(representations));
        }

        var standardized = (raw - tensor(_mean)) / tensor(_deviation);
        return cat([standardized, ones(raw.shape[0], 1, dtype: ScalarType.Float64)], 1);
    }

    private static Tensor Raw(Tensor representations)
    {
        var raw = representations.flatten(1).to(ScalarType.Float64);
        return raw.isfinite().all().item<bool>()
            ? raw
            : throw new ArgumentException(
                $"representations must be finite, but of {representations.Describe()} some are not.",
                nameof(representations));
    }
}
