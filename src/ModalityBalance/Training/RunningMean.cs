using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>The mean of scalars, summed on their device so that nothing is read before the end.</summary>
internal sealed class RunningMean(Device device) : IDisposable
{
    private readonly Tensor _sum = zeros(1, dtype: ScalarType.Float64, device: device).DetachFromDisposeScope();
    private long _count;

    public void Add(Tensor scalar)
    {
        _sum.add_(scalar);
        _count++;
    }

    /// <summary>NaN without any.</summary>
    public double Read() => _sum.item<double>() / _count;

    public void Dispose() => _sum.Dispose();
}
