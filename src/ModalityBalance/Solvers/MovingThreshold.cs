using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Solvers;

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

    private double? _restored;
    private Tensor? _value;

    /// <summary>Creates a threshold that no batch has started yet.</summary>
    /// <param name="gamma">The share of the old value, in [0, 1]. Default 0.9 (the paper's).</param>
    /// <exception cref="ArgumentOutOfRangeException">gamma lies outside [0, 1].</exception>
    public MovingThreshold(double gamma = DefaultGamma)
    {
        if (!(gamma >= 0 && gamma <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(gamma), gamma, $"gamma must lie in [0, 1], but is {gamma}.");
        }

        Gamma = gamma;
    }

    /// <summary>The share of the old value in an update, in [0, 1].</summary>
    public double Gamma { get; }

    /// <summary>Whether a first batch mean has started the average.</summary>
    public bool IsStarted => _value is not null || _restored is not null;

    /// <summary>Takes a batch's mean loss into the average.</summary>
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

        using var noGrad = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (!IsStarted)
        {
            _value = batchMean.detach().clone().DetachFromDisposeScope();
            return _value;
        }

        _value ??= torch.full_like(batchMean, _restored!.Value).DetachFromDisposeScope();
        _value.mul_(Gamma).add_(batchMean * (1 - Gamma));
        return _value;
    }

    /// <summary>The state that a checkpoint carries. Reads the value back from the device.</summary>
    /// <returns>The state. A float32 value survives the way through double exactly.</returns>
    public MovingThresholdState Save()
    {
        using var scope = torch.NewDisposeScope();
        var value = _value?.to_type(ScalarType.Float64).item<double>() ?? _restored;
        return new MovingThresholdState(IsStarted, value ?? 0);
    }

    /// <summary>Replaces the state. Type and device follow from the next update.</summary>
    /// <param name="state">What <see cref="Save"/> returned.</param>
    public void Restore(MovingThresholdState state)
    {
        Dispose();
        _restored = state.IsStarted ? state.Value : null;
    }

    /// <summary>Frees the tensor. The object can be used again, from an unstarted state.</summary>
    public void Dispose()
    {
        _value?.Dispose();
        _value = null;
        _restored = null;
    }
}
