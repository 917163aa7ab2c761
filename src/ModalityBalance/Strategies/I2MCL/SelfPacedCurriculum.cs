using System.Globalization;
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

    /// <summary>Moves every threshold, then weighs every sample (Eq. 8, then Eq. 12). The thresholds are remembered by
    /// <see cref="Keep"/> alone.</summary>
    /// <returns>Weights [batch] for the task and for each modality, and the thresholds they came from.</returns>
    /// <exception cref="InvalidOperationException">The thresholds are of another number of modalities.</exception>
    public SampleWeights Weigh(Tensor taskLosses, IReadOnlyList<Distillation> lessons)
    {
        using var noGrad = no_grad();
        RequireCount(lessons.Count + 1);
        // A modality that no sample has gives NaN, which leaves its threshold as it is.
        var means = stack([taskLosses.mean(), .. lessons.Select(lesson => lesson.Mean)]);
        _thresholds ??= Restored(means);
        var thresholds = MovingThreshold.Moved(_thresholds, means, gamma);
        var losses = stack([taskLosses, .. lessons.Select(lesson => lesson.Losses)]);
        var weights = SelfPacedWeight.Of(losses, thresholds.unsqueeze(1), beta).unbind();
        return new SampleWeights(weights[0], weights[1..], thresholds);
    }

    /// <summary>Remembers the thresholds of a step.</summary>
    /// <param name="thresholds">What <see cref="Weigh"/> gave.</param>
    /// <param name="counts">Whether the step counts: a scalar, bool.</param>
    public void Keep(Tensor thresholds, Tensor counts) =>
        _thresholds!.copy_(where(counts, thresholds, _thresholds));

    public IReadOnlyDictionary<string, double> GetState() =>
        Values().ToDictionary(entry => Key(entry.Key), entry => entry.Value);

    public static bool Keeps(string key) => Index(key) is not null;

    /// <param name="state">Other keys are left alone.</param>
    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        Dispose();
        _restored = state.Where(entry => Keeps(entry.Key))
            .ToDictionary(entry => Index(entry.Key)!.Value, entry => entry.Value);
    }

    public void Dispose()
    {
        _thresholds?.Dispose();
        _thresholds = null;
        _restored = [];
    }

    private static string Key(int index) => KeyPrefix + index.ToString(CultureInfo.InvariantCulture);

    private static int? Index(string key) =>
        key.StartsWith(KeyPrefix, StringComparison.Ordinal)
        && int.TryParse(
            key.AsSpan(KeyPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int index)
        && Key(index) == key ? index : null;

    private void RequireCount(int count)
    {
        long held = _thresholds?.numel() ?? Math.Max(count, _restored.Keys.DefaultIfEmpty().Max() + 1L);
        if (held != count)
        {
            throw new InvalidOperationException(
                $"I2MCL must be used with one model, one instance per model, but its thresholds are of {held - 1} "
                + $"modalities and the model has {count - 1}.");
        }
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
/// <param name="Thresholds">The thresholds behind them, [M + 1], that of the task first.</param>
internal sealed record SampleWeights(Tensor Task, IReadOnlyList<Tensor> Distillation, Tensor Thresholds);
