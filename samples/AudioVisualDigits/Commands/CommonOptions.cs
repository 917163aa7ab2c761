using System.CommandLine;
using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Commands;

/// <summary>The options that all commands share. What is not given follows the task's recipe.</summary>
internal sealed class CommonOptions
{
    /// <summary>The option to go on with an interrupted study.</summary>
    public const string Resume = "--resume";

    private const int MaxSeed = 1_000_000;

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder with mnist and fsdd in it, for the real digits; without it, the embedded task.",
        HelpName = "folder",
    };

    private readonly Option<string> _fusion = OptionForms.Choice(
        "--fusion", $"How the modalities are joined: {string.Join(", ", FusionEntry.Names)}.", FusionEntry.Names);

    private readonly Option<int?> _epochs = OptionForms.Number<int>(
        "--epochs", "Passes over the training split. [default: 12 embedded, 16 real]",
        "a whole number of at least 1", n => n >= 1);

    private readonly Option<int?> _batch = OptionForms.Number<int>(
        "--batch", "Samples per step. [default: 64]", "a whole number of at least 1", n => n >= 1);

    private readonly Option<double?> _rate = OptionForms.Number<double>(
        "--lr", "Learning rate until it drops at three quarters of the epochs. [default: 0.03 embedded, 0.1 real]",
        "a number above 0", rate => rate > 0 && double.IsFinite(rate));

    private readonly Option<int?> _seed = OptionForms.Number<int>(
        "--seed", "The seed, or the first of several. [default: 1 embedded, 0 real]",
        $"a whole number from 0 to {MaxSeed}", n => n is >= 0 and <= MaxSeed);

    private readonly Option<double?> _validation = OptionForms.Number<double>(
        "--validation",
        "Share of the training split to keep apart and choose the best epoch on. [default: 0, the last epoch]",
        "a number from 0 to 0.5", share => share is >= 0 and <= 0.5);

    private readonly Option<string> _device = OptionForms.Choice(
        "--device", $"Where to train: {string.Join(", ", RunSettings.Devices)}.", RunSettings.Devices);

    private readonly Option<string> _out = new("--out")
    {
        Description = "Folder for what is written.",
        HelpName = "folder",
        DefaultValueFactory = _ => "out",
    };

    private readonly Option<string?> _json = new("--json")
    {
        Description = "File for the results. [default: result.json in the folder of --out]",
        HelpName = "file",
    };

    private readonly Option<double?> _scale = OptionForms.Number<double>(
        "--distillation-scale",
        "Factor on I2MCL's distillation losses. [default: 0.125 embedded, 1 real]",
        "a number above 0", scale => scale > 0 && double.IsFinite(scale));

    private readonly Option<bool> _trace = new("--trace")
    {
        Description = "Write what the strategy did in every step to trace-STRATEGY-seedN.csv in the folder of --out.",
    };

    private readonly Option<bool> _tensorBoard = new("--tensorboard")
    {
        Description = "Add each run's curves, for TensorBoard, to tensorboard/STRATEGY-seedN in the folder of --out.",
    };

    private readonly Option<bool> _report = new("--report")
    {
        Description = "Write what the runs show to report.html in the folder of --out: one page, for any browser.",
    };

    private readonly Option<int?> _checkpointEvery = OptionForms.Number<int>(
        "--checkpoint-every", "Steps between two checkpoints, beside those after every epoch. [default: none]",
        "a whole number of at least 1", n => n >= 1);

    private readonly Option<bool> _resume = new(Resume)
    {
        Description = "Go on from the checkpoints that the same command has left in the folder of --out.",
    };

    /// <summary>Offers the options in a command.</summary>
    public void AddTo(Command command)
    {
        Option[] all =
        [
            _data, _fusion, _epochs, _batch, _rate, _seed, _validation, _device, _out, _json, _scale, _trace,
            _tensorBoard, _report, _checkpointEvery, _resume,
        ];
        foreach (var option in all)
            command.Add(option);
    }

    /// <summary>Gets what the user asks for.</summary>
    /// <param name="parsed">A command line without errors.</param>
    /// <param name="strategies">What to train by.</param>
    /// <param name="seedCount">How many seeds.</param>
    public StudyPlan Resolve(ParseResult parsed, IReadOnlyList<StrategyEntry> strategies, int seedCount)
    {
        var folder = parsed.GetValue(_data);
        var recipe = Recipe.For(folder);
        var epochs = parsed.GetValue(_epochs) ?? recipe.Epochs;
        return new StudyPlan(
            folder,
            strategies,
            [.. Enumerable.Range(parsed.GetValue(_seed) ?? recipe.FirstSeed, seedCount)],
            new RunSettings(
                parsed.GetRequiredValue(_fusion),
                epochs,
                Recipe.DropEpoch(epochs),
                Recipe.LearningRateDrop,
                parsed.GetValue(_batch) ?? Recipe.BatchSize,
                parsed.GetValue(_rate) ?? recipe.LearningRate,
                Recipe.Momentum,
                recipe.WeightDecay,
                parsed.GetValue(_validation) ?? 0,
                parsed.GetRequiredValue(_device))
            {
                DistillationScale = parsed.GetValue(_scale) ?? recipe.DistillationScale,
            },
            parsed.GetRequiredValue(_out),
            parsed.GetValue(_json) ?? Path.Combine(parsed.GetRequiredValue(_out), "result.json"),
            parsed.GetValue(_trace),
            parsed.GetValue(_tensorBoard),
            parsed.GetValue(_checkpointEvery),
            parsed.GetValue(_resume),
            parsed.GetValue(_report));
    }
}
