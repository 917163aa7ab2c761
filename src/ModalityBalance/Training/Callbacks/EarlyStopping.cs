using System.Globalization;
using ModalityBalance.Internal;

namespace ModalityBalance.Training;

/// <summary>Ends training when the validation score has stopped rising. Which epoch's weights the model ends with is
/// up to <see cref="TrainerOptions.RestoreBestWeights"/>. Put it before what writes checkpoints, so that a run that is resumed
/// waits no longer than an undisturbed one.</summary>
public sealed class EarlyStopping : ITrainingObserver
{
    private const string Best = "best";
    private const string Waited = "epochs_without_gain";

    private readonly int _patience;
    private readonly double _minImprovement;
    private readonly Func<EpochSummary, double>? _metric;
    private TrainingRun? _run;
    private double? _best;
    private int _waited;

    /// <summary>A rule for when to stop.</summary>
    /// <param name="patience">So many epochs in a row without a gain end training, at least 1.</param>
    /// <param name="minImprovement">A gain is a score that is higher than the last gain by more than this, at least 0, the
    /// default, and finite.</param>
    /// <param name="metric">The score, higher is better; NaN is no gain. By default the primary score of the fused
    /// prediction on the validation data.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public EarlyStopping(int patience, double minImprovement = 0, Func<EpochSummary, double>? metric = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, 1);
        Require.NonNegative(minImprovement);

        (_patience, _minImprovement, _metric) = (patience, minImprovement, metric);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Training has no validation data, and no other metric was given.
    /// </exception>
    public void OnFitStart(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (_metric is null && !run.HasValidation)
        {
            throw new InvalidOperationException(
                "EarlyStopping needs validation data or a metric of its own, but training has neither.");
        }

        (_run, _best, _waited) = (run, null, 0);
    }

    /// <inheritdoc/>
    public void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        double score = _metric?.Invoke(summary) ?? summary.Validation!.Fused.Primary;
        bool gain = _best is { } best ? score > best + _minImprovement : !double.IsNaN(score);
        (_best, _waited) = gain ? (score, 0) : (_best, _waited + 1);
        if (_waited >= _patience)
        {
            _run?.Stop(string.Create(CultureInfo.InvariantCulture,
                $"The score has not risen by more than {_minImprovement} over {_best ?? double.NaN} "
                + $"for {_waited} epochs."));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> GetState()
    {
        var state = new Dictionary<string, double> { [Waited] = _waited };
        if (_best is { } best)
        {
            state[Best] = best;
        }

        return state;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">It is the state of another observer.</exception>
    public void SetState(IReadOnlyDictionary<string, double> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (!state.TryGetValue(Waited, out double waited) || state.Keys.Any(key => key is not (Waited or Best)))
        {
            throw new ArgumentException(
                $"state must hold '{Waited}' and perhaps '{Best}', but holds {string.Join(", ", state.Keys)}.",
                nameof(state));
        }

        (_waited, _best) = ((int)waited, state.TryGetValue(Best, out double best) ? best : null);
    }
}
