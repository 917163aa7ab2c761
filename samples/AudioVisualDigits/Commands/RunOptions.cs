using System.CommandLine;
using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Commands;

/// <summary>The options about what runs write beside their results, and whether they resume.</summary>
internal sealed class RunOptions
{
    /// <summary>The option to resume an interrupted study.</summary>
    public const string Resume = "--resume";

    private readonly Option<bool> _trace = OptionForms.Flag(
        "--trace", "Write what the strategy did in every step to trace-STRATEGY-seedN.csv in the folder of --out.");

    private readonly Option<bool> _tensorBoard = OptionForms.Flag(
        "--tensorboard",
        "Add each run's curves, for TensorBoard, to tensorboard/STRATEGY-seedN in the folder of --out.");

    private readonly Option<bool> _report = OptionForms.Flag(
        "--report", "Write what the runs show to report.html in the folder of --out: one page, for any browser.");

    private readonly Option<int?> _checkpointEvery = OptionForms.Number<int>(
        "--checkpoint-every", "Steps between two checkpoints, beside those after every epoch. [default: none]",
        "a whole number of at least 1", n => n >= 1);

    private readonly Option<bool> _resume = OptionForms.Flag(
        Resume, "Resume from the checkpoints that the same command has left in the folder of --out.");

    /// <summary>Offers the options in a command.</summary>
    public void AddTo(Command command) =>
        OptionForms.Add(command, _trace, _tensorBoard, _report, _checkpointEvery, _resume);

    /// <summary>Gets what the user asks for.</summary>
    /// <param name="parsed">A command line without errors.</param>
    public RunFlags Resolve(ParseResult parsed) => new()
    {
        Trace = parsed.GetValue(_trace),
        TensorBoard = parsed.GetValue(_tensorBoard),
        Report = parsed.GetValue(_report),
        CheckpointEvery = parsed.GetValue(_checkpointEvery),
        Resume = parsed.GetValue(_resume),
    };
}
