using AudioVisualDigits.Data;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Results;
using ModalityBalance.Training;

namespace AudioVisualDigits;

/// <summary>The runs of a study, with the teachers that they need.</summary>
/// <param name="display">Where the user sees them.</param>
/// <param name="digits">What is learned from.</param>
/// <param name="plan">What to run.</param>
/// <param name="cancellation">Ends everything.</param>
internal sealed class StudyRuns(
    WorkDisplay display, AudioVisualDigitSet digits, StudyPlan plan, CancellationToken cancellation)
{
    private readonly Experiment _experiment = new(digits, plan.Settings, plan.Folder, plan.Flags.Report);

    /// <summary>Trains one network after the other.</summary>
    /// <param name="onEpoch">Receives a line per epoch.</param>
    /// <exception cref="BadInputException">One of them failed; those before it are done.</exception>
    public IEnumerable<RunRecord> Train(Action<string> onEpoch)
    {
        foreach (var (seed, strategy) in plan.Runs)
        {
            if (_experiment.NeedsTeachers(strategy))
                PrepareTeachers(seed);
            yield return display.Run($"{strategy.Name}, seed {seed}", bar => _experiment.Run(
                strategy,
                seed,
                Observers(strategy, seed, bar, onEpoch),
                plan.Checkpoints(digits.Name, strategy, seed),
                cancellation));
        }
    }

    private void PrepareTeachers(int seed) => display.Run($"teachers, seed {seed}", bar =>
    {
        _experiment.PrepareTeachers(seed, new RunProgress(plan.Settings.Epochs, bar, _ => { }), cancellation);
        return seed;
    });

    private List<TrainingCallback> Observers(
        StrategyEntry strategy, int seed, IProgress<double> bar, Action<string> onEpoch)
    {
        Action<string> resumed = text => display.Line($"{strategy.Name}, seed {seed}: {text}");
        var observers = new List<TrainingCallback>
        {
            new RunProgress(plan.Settings.Epochs, bar, onEpoch, plan.Flags.Resume ? resumed : null),
        };
        var run = $"{strategy.FileName}-seed{seed}";
        if (plan.Flags.Trace)
            observers.Add(new CsvStepLog(Path.Combine(plan.Folder, $"trace-{run}.csv"), everySteps: 1));
        if (plan.Flags.TensorBoard)
            observers.Add(new TensorBoardLog(Path.Combine(plan.Folder, "tensorboard", run)));
        return observers;
    }
}
