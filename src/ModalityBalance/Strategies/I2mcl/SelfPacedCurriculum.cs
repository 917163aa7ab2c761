using System.Globalization;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The intra-modal curriculum: a threshold and sample weights for the task loss (index 0) and for every
/// modality's distillation loss (index m + 1), all moved and weighed in one go.</summary>
internal sealed class SelfPacedCurriculum(double gamma, double beta) : IDisposable
{
    private const string KeyPrefix = "threshold_";

    // By index; what is not there has not started.
    private Dictionary<int, double> _restored = [];
    private Tensor? _thresholds;

    /// <summary>Moves every threshold, then weighs every sample (Eq. 8, then Eq. 12).</summary>
    /// <returns>Weights [batch] for the task and for each modality, and the thresholds they came from.</returns>
    public SampleWeights Weigh(Tensor taskLosses, IReadOnlyList<Distillation> lessons)
    {
        using var graphless = no_grad();
        var taskMean = taskLosses.mean();
        // A modality that no sample has gives no mean: NaN leaves its threshold as it is.
        var means = stack([taskMean, .. lessons.Select(lesson => lesson.Mean ?? full_like(taskMean, double.NaN))]);
        _thresholds ??= Restored(means);
        MovingThreshold.Move(_thresholds, means, gamma);
        var losses = stack([taskLosses, .. lessons.Select(lesson => lesson.Losses)]);
        var weights = SelfPacedWeight.Of(losses, _thresholds.unsqueeze(1), beta).unbind();
        return new SampleWeights(weights[0], weights[1..], _thresholds.unbind());
    }

    public IReadOnlyDictionary<string, double> GetState() => Values().ToDictionary(
        entry => KeyPrefix + entry.Key.ToString(CultureInfo.InvariantCulture), entry => entry.Value);

    public static bool Keeps(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal);

    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        Dispose();
        _restored = state.Where(entry => Keeps(entry.Key)).ToDictionary(
            entry => int.Parse(entry.Key.AsSpan(KeyPrefix.Length), CultureInfo.InvariantCulture), entry => entry.Value);
    }

    public void Dispose()
    {
        _thresholds?.Dispose();
        _thresholds = null;
        _restored = [];
    }

    private Tensor Restored(Tensor means)
    {
        var values = Enumerable.Range(0, (int)means.numel()).Select(i => _restored.GetValueOrDefault(i, double.NaN));
        return tensor(values.ToArray(), means.dtype, means.device).DetachFromDisposeScope();
    }

    private Dictionary<int, double> Values()
    {
        if (_thresholds is null)
        {
            return _restored;
        }

        using var scope = NewDisposeScope();
        return _thresholds.to(ScalarType.Float64).cpu().data<double>().ToArray().Index()
            .Where(entry => !double.IsNaN(entry.Item)).ToDictionary(entry => entry.Index, entry => entry.Item);
    }
}

/// <summary>What the intra-modal curriculum says of one batch.</summary>
/// <param name="Task">Weights on the task losses, [batch].</param>
/// <param name="Distillation">Weights on each modality's distillation losses, [batch].</param>
/// <param name="Thresholds">The thresholds behind them, scalars, that of the task first.</param>
internal sealed record SampleWeights(
    Tensor Task, IReadOnlyList<Tensor> Distillation, IReadOnlyList<Tensor> Thresholds);
