using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>How many steps had more than one modality at the largest alpha, counted on the device.</summary>
internal sealed class TieCount : IDisposable
{
    private const string TiesKey = "ties";
    private const string StepsKey = "steps";

    // Ties and steps: before the first step on the host, then on the device.
    private double[] _restored = [0, 0];
    private Tensor? _counts;

    /// <param name="tied">Whether the step was tied: a scalar, bool.</param>
    /// <param name="counts">Whether it counts: a scalar, bool.</param>
    public void Add(Tensor tied, Tensor counts)
    {
        _counts ??= tensor(_restored, device: tied.device).DetachFromDisposeScope();
        _counts.add_(stack([tied * counts, counts]));
    }

    public static bool Keeps(string key) => key is TiesKey or StepsKey;

    /// <summary>The share of steps so far, in [0, 1]; 0 before the first. Reads the device.</summary>
    public double Share() => Read() is [var ties, > 0 and var steps] ? ties / steps : 0;

    public IReadOnlyDictionary<string, double> GetState() => Read() is [var ties, > 0 and var steps]
        ? new Dictionary<string, double> { [TiesKey] = ties, [StepsKey] = steps }
        : [];

    /// <param name="state">Other keys are left alone.</param>
    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        Dispose();
        _restored = [state.GetValueOrDefault(TiesKey), state.GetValueOrDefault(StepsKey)];
    }

    public void Dispose()
    {
        _counts?.Dispose();
        _counts = null;
        _restored = [0, 0];
    }

    private double[] Read()
    {
        using var scope = NewDisposeScope();
        return _counts?.cpu().data<double>().ToArray() ?? _restored;
    }
}
