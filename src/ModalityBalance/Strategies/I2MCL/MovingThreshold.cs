using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// The threshold of I2MCL's intra-modal curriculum (Zhou et al., ACM MM 2023, Eq. 8): an exponential moving
/// average of the batch means of one loss, <c>lambda = gamma lambda + (1 - gamma) mean</c>, started by the
/// first mean. Update it with a batch's mean first, then weigh the batch.
/// </summary>
/// <remarks>The value stays a 0-dimensional tensor on the loss's device; only <see cref="Save"/> reads it.</remarks>
public sealed class MovingThreshold : IDisposable
{
    /// <summary>The paper's momentum.</summary>
    public const double DefaultGamma = 0.9;

    // NaN until a first mean has started the average. A host number until the device and type are known.
    private double _start = double.NaN;
    private Tensor? _value;

    /// <summary>Creates a threshold that no batch has started yet.</summary>
    /// <param name="gamma">The share of the old value, in [0, 1]. Default 0.9 (the paper's).</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma lies outside [0, 1].</exception>
    public MovingThreshold(double gamma = DefaultGamma)
    {
        Require.InUnitInterval(gamma);

        Gamma = gamma;
    }

    /// <summary>The share of the old value in an update, in [0, 1].</summary>
    public double Gamma { get; }

    /// <summary>Takes a batch's mean loss into the average. A mean that is not finite leaves it as it was.</summary>
    /// <param name="batchMean">The mean loss of the batch: 0-dimensional, any floating-point type.</param>
    /// <returns>
    /// The new threshold: 0-dimensional, of the mean's type and device. It belongs to this object, survives
    /// every dispose scope, and is overwritten by the next update.
    /// </returns>
    /// <exception cref="ArgumentException">The mean is not 0-dimensional.</exception>
    public Tensor Update(Tensor batchMean)
    {
        ArgumentNullException.ThrowIfNull(batchMean);
        if (batchMean.dim() != 0)
        {
            throw new ArgumentException(
                $"batchMean must be 0-dimensional, but has {batchMean.dim()} dimensions.", nameof(batchMean));
        }

        _value ??= full_like(batchMean, _start).DetachFromDisposeScope();
        using var moved = Moved(_value, batchMean, Gamma);
        _value.copy_(moved);
        return _value;
    }

    /// <summary>The averages after means are taken into them, element by element; NaN is an average not started.
    /// </summary>
    internal static Tensor Moved(Tensor averages, Tensor means, double gamma)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        var known = where(means.abs().lt(double.PositiveInfinity), means, averages);
        var before = where(averages.isnan(), known, averages);
        return before.add(known - before, 1 - gamma).MoveToOuterDisposeScope();
    }

    /// <summary>The state that a checkpoint carries. Reads the value back from the device.</summary>
    /// <returns>The state. A float32 value survives the way through double exactly.</returns>
    public MovingThresholdState Save()
    {
        using var scope = NewDisposeScope();
        var value = _value?.to_type(ScalarType.Float64).item<double>() ?? _start;
        return double.IsNaN(value) ? default : new MovingThresholdState(true, value);
    }

    /// <summary>Replaces the state. Type and device follow from the next update.</summary>
    /// <param name="state">What <see cref="Save"/> returned.</param>
    public void Restore(MovingThresholdState state)
    {
        Dispose();
        _start = state.IsStarted ? state.Value : double.NaN;
    }

    /// <summary>Frees the tensor. The object can be used again, from an unstarted state.</summary>
    public void Dispose()
    {
        _value?.Dispose();
        _value = null;
        _start = double.NaN;
    }
}
