using AudioVisualDigits.Experiments;
using AudioVisualDigits.Report;
using AudioVisualDigits.Results;
using ModalityBalance.Training;

namespace AudioVisualDigits;

/// <summary>Carries out what a command asks for: checks, data, runs, report.</summary>
/// <param name="display">Where the user sees it.</param>
/// <param name="load">Makes the digits.</param>
/// <param name="arguments">The command line, for the record.</param>
/// <param name="cancellation">Ends everything.</param>
internal sealed class Study(
    WorkDisplay display, DigitLoader load, IReadOnlyList<string> arguments, CancellationToken cancellation)
{
    /// <summary>Trains one network and shows it epoch by epoch.</summary>
    public void Train(StudyPlan plan)
    {
        var study = Carry(plan, onEpoch: display.Line, onRun: _ => { });
        foreach (var line in RunText.Lines(study.Runs[0]))
            display.Line(line);
    }

    /// <summary>Trains several networks and sets them side by side.</summary>
    public void Compare(StudyPlan plan)
    {
        var study = Carry(plan, onEpoch: _ => { }, onRun: run => display.Line(RunText.Line(run)));
        display.Show(ComparisonTable.Of(study.Summary, display.IsTerminal));
        display.Line("Test accuracy in %, mean ± sample standard deviation over seeds "
            + $"{string.Join(", ", plan.Seeds)}.");
    }

    private StudyRecord Carry(StudyPlan plan, Action<string> onEpoch, Action<RunRecord> onRun)
    {
        var file = OutputFile.Prepare(plan.ResultPath);
        var page = plan.Report ? OutputFile.Prepare(plan.ReportPath) : null;
        plan.Settings.CheckDevice();
        var digits = display.Run("Digits", bar => load(plan.DataFolder, bar, cancellation));
        display.Line($"{digits.Name}: {digits.Train.Count} training and {digits.Test.Count} test samples");
        var experiment = new Experiment(digits, plan.Settings, plan.Folder, plan.Report);
        foreach (var strategy in plan.Strategies)
            experiment.Check(strategy);

        var runs = new List<RunRecord>();
        foreach (var (seed, strategy) in plan.Runs)
        {
            if (experiment.NeedsTeachers(strategy))
                PrepareTeachers(experiment, plan, seed);
            runs.Add(display.Run($"{strategy.Name}, seed {seed}", bar => experiment.Run(
                strategy,
                seed,
                Observers(plan, strategy, seed, bar, onEpoch),
                plan.Checkpoints(digits.Name, strategy, seed),
                cancellation)));
            onRun(runs[^1]);
            foreach (var remark in runs[^1].Remarks)
                display.Line(remark);
        }

        var record = StudyRecord.Of(arguments, digits, plan, runs);
        file.Write(record.ToJson());
        display.Line($"Results: {plan.ResultPath}");
        if (page is not null)
        {
            page.Write(ReportPage.Of(record));
            display.Line($"Report: {plan.ReportPath}");
        }

        return record;
    }

    private void PrepareTeachers(Experiment experiment, StudyPlan plan, int seed) =>
        display.Run($"teachers, seed {seed}", bar =>
        {
            experiment.PrepareTeachers(seed, new RunProgress(plan.Settings.Epochs, bar, _ => { }), cancellation);
            return seed;
        });

    private static List<ITrainingObserver> Observers(
        StudyPlan plan, StrategyEntry strategy, int seed, IProgress<double> bar, Action<string> onEpoch)
    {
        var run = $"{strategy.Name}-seed{seed}";
        var observers = new List<ITrainingObserver> { new RunProgress(plan.Settings.Epochs, bar, onEpoch) };
        if (plan.Trace)
            observers.Add(new CsvLog(Path.Combine(plan.Folder, $"trace-{run}.csv"), everySteps: 1));
        if (plan.TensorBoard)
            observers.Add(new TensorBoardLog(Path.Combine(plan.Folder, "tensorboard", run)));
        return observers;
    }
}
