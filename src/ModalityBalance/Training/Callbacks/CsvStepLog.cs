using ModalityBalance.Gradients;
using ModalityBalance.Strategies;

namespace ModalityBalance.Training;

/// <summary>
/// Logs steps as comma-separated values: epoch, step, learning rate (<c>learning_rate_0</c> and so on for several parameter
/// groups), and all figures of the step's report. The file is complete after every row. A resumed run continues the file of the
/// interrupted one and drops the rows after the checkpoint; any other run replaces the file.
/// </summary>
public sealed class CsvStepLog : TrainingCallback
{
    private readonly string _path;
    private readonly int _everySteps;
    private CsvTable? _table;

    /// <summary>Creates a log.</summary>
    /// <param name="path">The file. It is created with its folder when training starts.</param>
    /// <param name="everySteps">The interval between logged steps, at least 1. Defaults to 50, which hides the cost of reading
    /// from the device.</param>
    /// <exception cref="ArgumentException">The path is empty, or the interval is less than 1.</exception>
    public CsvStepLog(string path, int everySteps = 50)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps, 1);
        (_path, _everySteps) = (path, everySteps);
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The file to continue is not a log of steps.</exception>
    public override void OnFitStart()
    {
        _table = new CsvTable(_path, "step", Run.Step);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file to continue has other columns.</exception>
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
