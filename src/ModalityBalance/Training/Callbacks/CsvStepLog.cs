using ModalityBalance.Gradients;
using ModalityBalance.Strategies;

namespace ModalityBalance.Training;

/// <summary>
/// Writes what the strategy did as comma-separated values: epoch, step, learning rate (<c>learning_rate_0</c> and so
/// on if there are several parameter groups), and all figures of the step's report. The file is whole after every row.
/// A run that is resumed goes on in the file of the interrupted one, whose rows after the checkpoint are dropped; any
/// other run begins the file anew.
/// </summary>
public sealed class CsvStepLog : TrainingCallback
{
    private readonly string _path;
    private readonly int _everySteps;
    private CsvTable? _table;

    /// <summary>A log of steps.</summary>
    /// <param name="path">The file, made when training starts, with its folder.</param>
    /// <param name="everySteps">A row for step 0 and every so many after it, at least 1; the device is read in no other
    /// step. 50 by default, which hides the cost of reading.</param>
    /// <exception cref="ArgumentException">No path.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one step.</exception>
    public CsvStepLog(string path, int everySteps = 50)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps, 1);
        (_path, _everySteps) = (path, everySteps);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The file to go on with is no log of steps.</exception>
    public override void OnFitStart()
    {
        _table = new CsvTable(_path, "step", Run.Step);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file to go on with has other columns.</exception>
    public override void OnStep(TrainingStep step, StepReport report)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(report);
        if (step.Index % _everySteps == 0)
        {
            _table!.Add([("epoch", step.Epoch), ("step", step.Index), .. Figures(Run, report)]);
        }
    }

    /// <summary>A step as named numbers: <c>learning_rate</c>, or one per parameter group, <c>learning_rate_0</c> and so on;
    /// then the figures of the report. Reads the device.</summary>
    internal static IReadOnlyList<(string Name, double Value)> Figures(TrainingRun run, StepReport report)
    {
        var rates = run.LastLearningRates;
        var named = rates.Select((rate, group) => ($"learning_rate{(rates.Count > 1 ? $"_{group}" : "")}", rate));
        return [.. named, .. report.Figures(run.Model.Modalities)];
    }
}
