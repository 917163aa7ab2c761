using System.Globalization;
using ModalityBalance.Internal;

namespace ModalityBalance.Training;

/// <summary>Ends training when the validation score has stopped rising.</summary>
/// <remarks>The weights that the model ends with are chosen by <see cref="TrainerOptions.RestoreBestWeights"/>.</remarks>
public sealed class EarlyStopping : TrainingCallback
{
    private const string Best = "best";
    private const string Waited = "epochs_without_improvement";

    private readonly int _patience;
    private readonly double _minImprovement;
    private readonly Func<EpochSummary, double>? _metric;

    /// <summary>Creates a rule for when to stop.</summary>
    /// <param name="patience">The number of epochs in a row without an improvement that end training, at least 1.</param>
    /// <param name="minImprovement">An improvement is a score that is higher than the last improvement by more than this.
    /// Finite and at least 0, the default.</param>
    /// <param name="metric">The score, higher is better; NaN is no improvement. Defaults to the score on the
    /// validation data that chooses the best epoch (<see cref="TrainerOptions.BestEpochScore"/>).</param>
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
    public override void OnFitStart()
    {
        if (_metric is null && !Run.HasValidation)
        {
            throw new InvalidOperationException(
                "EarlyStopping needs validation data or a metric of its own, but training has neither.");
        }

        if (Run.ResumedFrom is null || !State.Contains(Waited))
        {
            (State[Best], State[Waited]) = (double.NaN, 0);
        }
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(EpochSummary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        double score = _metric?.Invoke(summary) ?? Run.Score(summary.Validation!);
        double best = State[Best];
        bool improved = double.IsNaN(best) ? !double.IsNaN(score) : score > best + _minImprovement;
        (State[Best], State[Waited]) = improved ? (score, 0) : (best, State[Waited] + 1);
        if (State[Waited] >= _patience)
        {
            Run.Stop(string.Create(CultureInfo.InvariantCulture,
                $"The score has not risen by more than {_minImprovement} over {State[Best]} for {State[Waited]} epochs."));
        }
    }
}
