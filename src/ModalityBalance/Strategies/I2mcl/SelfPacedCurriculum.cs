using System.Globalization;
using ModalityBalance.Solvers;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The intra-modal curriculum: a threshold and sample weights for the task loss (index 0) and for every
/// modality's distillation loss (index m + 1).</summary>
internal sealed class SelfPacedCurriculum(double gamma, double beta) : IDisposable
{
    private const string KeyPrefix = "threshold_";

    private readonly List<MovingThreshold> _thresholds = [];

    /// <summary>Moves every threshold, then weighs every sample (Eq. 8, then Eq. 12).</summary>
    /// <returns>Weights [batch] for the task and for each modality, and the thresholds they came from.</returns>
    public SampleWeights Weigh(Tensor taskLosses, IReadOnlyList<Distillation> lessons)
    {
        using var graphless = no_grad();
        var taskMean = taskLosses.mean();
        // A modality that no sample has gives no mean: NaN leaves its threshold as it is.
        var means = lessons.Select(lesson => lesson.Mean ?? full_like(taskMean, double.NaN)).Prepend(taskMean);
        var thresholds = means.Select((mean, i) => Threshold(i).Update(mean)).ToArray();
        var losses = stack(lessons.Select(lesson => lesson.Losses).Prepend(taskLosses).ToArray());
        var weights = SelfPacedWeight.Of(losses, stack(thresholds).unsqueeze(1), beta).unbind();
        return new SampleWeights(weights[0], weights[1..], thresholds);
    }

    public IReadOnlyDictionary<string, double> GetState() => _thresholds
        .Select((threshold, i) => (Key: Key(i), State: threshold.Save()))
        .Where(entry => entry.State.IsStarted)
        .ToDictionary(entry => entry.Key, entry => entry.State.Value);

    public static bool Keeps(string key) => key.StartsWith(KeyPrefix, StringComparison.Ordinal);

    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        Dispose();
        _thresholds.Clear();
        foreach (var (key, value) in state.Where(entry => Keeps(entry.Key)))
        {
            int index = int.Parse(key.AsSpan(KeyPrefix.Length), CultureInfo.InvariantCulture);
            Threshold(index).Restore(new MovingThresholdState(true, value));
        }
    }

    public void Dispose() => _thresholds.ForEach(threshold => threshold.Dispose());

    private MovingThreshold Threshold(int index)
    {
        while (_thresholds.Count <= index)
        {
            _thresholds.Add(new MovingThreshold(gamma));
        }

        return _thresholds[index];
    }

    private static string Key(int index) => KeyPrefix + index.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What the intra-modal curriculum says of one batch.</summary>
/// <param name="Task">Weights on the task losses, [batch].</param>
/// <param name="Distillation">Weights on each modality's distillation losses, [batch].</param>
/// <param name="Thresholds">The thresholds behind them, scalars, that of the task first.</param>
internal sealed record SampleWeights(
    Tensor Task, IReadOnlyList<Tensor> Distillation, IReadOnlyList<Tensor> Thresholds);
