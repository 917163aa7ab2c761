using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>How many steps had more than one modality at the largest alpha, counted on the device.</summary>
internal sealed class TieCount : IDisposable
{
    private const string TiesKey = "ties";
    private const string StepsKey = "steps";

    private double _before;
    private double _steps;
    private Tensor? _ties;

    /// <param name="tied">A scalar, bool.</param>
    public void Add(Tensor tied)
    {
        _ties ??= zeros([], dtype: ScalarType.Float64, device: tied.device).DetachFromDisposeScope();
        _ties.add_(tied);
        _steps++;
    }

    public static bool Keeps(string key) => key is TiesKey or StepsKey;

    /// <summary>The share of steps so far, in [0, 1]; 0 before the first. Reads the device.</summary>
    public double Share() => _steps > 0 ? Ties() / _steps : 0;

    public IReadOnlyDictionary<string, double> GetState() => _steps > 0
        ? new Dictionary<string, double> { [TiesKey] = Ties(), [StepsKey] = _steps }
        : [];

    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        Dispose();
        _before = state.GetValueOrDefault(TiesKey);
        _steps = state.GetValueOrDefault(StepsKey);
    }

    public void Dispose()
    {
        _ties?.Dispose();
        _ties = null;
    }

    private double Ties() => _before + (_ties?.item<double>() ?? 0);
}
