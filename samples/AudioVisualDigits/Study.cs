using AudioVisualDigits.Data;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Report;
using AudioVisualDigits.Results;
using ModalityBalance.Distributed;

namespace AudioVisualDigits;

/// <summary>Carries out what a command asks for: checks, data, runs, report.</summary>
/// <param name="display">Where the user sees it.</param>
/// <param name="load">Makes the digits.</param>
/// <param name="arguments">The command line, for the record.</param>
/// <param name="processes">Those that train together; the first writes what is found.</param>
/// <param name="cancellation">Ends everything.</param>
internal sealed class Study(
    WorkDisplay display,
    DigitLoader load,
    IReadOnlyList<string> arguments,
    ProcessGroup processes,
    CancellationToken cancellation)
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
        display.Show(ComparisonTable.Of(study.Summary, display.TerminalWidth));
        display.Line("Test accuracy in %, mean ± sample standard deviation over seeds "
            + $"{string.Join(", ", plan.Seeds)}.");
    }

    /// <summary>Trains teachers and one network jointly and says what starves and what to try.</summary>
    public void Diagnose(StudyPlan plan)
    {
        plan = InProcesses(plan);
        var file = Prepare(plan.ResultPath);
        var digits = Load(plan);
        new RunCheck(digits, plan.Settings).CheckDiagnosis();
        var diagnostics = new Diagnostics(digits, plan.Settings, plan.Folder);
        var seed = plan.Seeds[0];
        display.Run("teachers", bar =>
        {
            diagnostics.PrepareTeachers(seed, new RunProgress(plan.Settings.Epochs, bar, _ => { }), cancellation);
            return seed;
        });
        var (diagnosis, report) = display.Run("joint training", bar => diagnostics.Run(
            seed, [new RunProgress(plan.Settings.Epochs, bar, _ => { })], cancellation));
        var record = DiagnosisRecord.Of(arguments, digits, plan, diagnosis, report);
        foreach (var line in DiagnosisLines.Of(record))
            display.Line(line);
        file?.WriteRecord(record);
        display.Line($"Results: {plan.ResultPath}");
    }

    private StudyPlan InProcesses(StudyPlan plan) => plan with { Settings = plan.Settings with { Processes = processes } };

    private OutputFile? Prepare(string path) => processes.Rank == 0 ? OutputFile.Prepare(path) : null;

    private AudioVisualDigitSet Load(StudyPlan plan)
    {
        plan.Settings.CheckDevice();
        var digits = display.Run("Digits", bar => load(plan.DataFolder, bar, cancellation));
        display.Line($"{digits.Name}: {digits.Train.Count} training and {digits.Test.Count} test samples");
        return digits;
    }

    private StudyRecord Carry(StudyPlan plan, Action<string> onEpoch, Action<RunRecord> onRun)
    {
        plan = InProcesses(plan);
        var file = Prepare(plan.ResultPath);
        var page = plan.Flags.Report ? Prepare(plan.ReportPath) : null;
        var digits = Load(plan);
        var check = new RunCheck(digits, plan.Settings);
        foreach (var strategy in plan.Strategies)
            check.Check(strategy);

        var runs = new List<RunRecord>();
        try
        {
            foreach (var run in new StudyRuns(display, digits, plan, cancellation).Train(onEpoch))
            {
                runs.Add(run);
                onRun(run);
                foreach (var remark in run.Warnings)
                    display.Line(remark);
            }
        }
        catch (BadInputException) when (runs.Count > 0)
        {
            Keep(StudyRecord.Of(arguments, digits, plan, runs), plan, file, page: null);
            throw;
        }

        return Keep(StudyRecord.Of(arguments, digits, plan, runs), plan, file, page);
    }

    /// <summary>Writes what was found; without a page where the study did not come to its end.</summary>
    private StudyRecord Keep(StudyRecord record, StudyPlan plan, OutputFile? file, OutputFile? page)
    {
        file?.WriteRecord(record);
        display.Line($"Results: {plan.ResultPath}");
        if (page is not null)
        {
            page.Write(ReportPage.Of(record));
            display.Line($"Report: {plan.ReportPath}");
        }

        return record;
    }
}
