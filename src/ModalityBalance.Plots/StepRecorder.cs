using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using ModalityBalance.Training;

namespace ModalityBalance.Plots;

/// <summary>Records the figures that a strategy reports, for <see cref="TrainingCharts"/>. A resumed run is recorded from there
/// on; for the whole run, read a <see cref="CsvStepLog"/> with <see cref="StepHistory.Read"/>.</summary>
public sealed class StepRecorder : TrainingCallback
{
    private readonly int _everySteps;
    private readonly List<long> _steps = [];
    private readonly Dictionary<string, List<double>> _figures = [];
    private IReadOnlyList<string> _modalities = [];

    /// <summary>Creates a recorder for one run.</summary>
    /// <param name="everySteps">The interval between recorded steps, at least 1. Defaults to 10. Reading a step waits for the
    /// device.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is less than 1.</exception>
    public StepRecorder(int everySteps = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps, 1);
        _everySteps = everySteps;
    }

    /// <summary>The figures recorded so far.</summary>
    /// <exception cref="InvalidOperationException">No run has started.</exception>
    public StepHistory History => _modalities.Count == 0
        ? throw new InvalidOperationException("The recorder must be given to a trainer before it is read, but has seen no run.")
        : new StepHistory(
            _modalities,
            [.. _steps],
            _figures.ToDictionary(figure => figure.Key, IReadOnlyList<double> (figure) => [.. figure.Value]));

    /// <inheritdoc/>
    public override void OnFitStart()
    {
        _modalities = [.. Run.Model.Modalities];
        _steps.Clear();
        _figures.Clear();
    }

    /// <inheritdoc/>
    public override void OnStep(TrainingStep step, StepReport report)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(report);
        if (step.Index % _everySteps != 0 || report.IsSkipped)
        {
            return;
        }

        foreach (var (name, value) in report.Figures(_modalities))
        {
            // A figure that earlier steps did not have starts with gaps.
            var values = _figures.TryGetValue(name, out var known)
                ? known
                : _figures[name] = [.. Enumerable.Repeat(double.NaN, _steps.Count)];
            values.Add(value);
        }

        _steps.Add(step.Index);
        foreach (var values in _figures.Values.Where(values => values.Count < _steps.Count))
        {
            values.Add(double.NaN);
        }
    }
}
