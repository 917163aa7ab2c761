using System.CommandLine;
using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Commands;

/// <summary>The options that all commands share. What is not given follows the task's recipe.</summary>
/// <param name="resultFile">The name of the result file where none is given.</param>
internal sealed class CommonOptions(string resultFile = "result.json")
{
    private const string DefaultFolder = "out";
    private const int MaxSeed = 1_000_000;

    private readonly Option<string?> _data = OptionForms.Place(
        "--data", "Folder with mnist and fsdd in it, for the real digits; without it, the embedded task.", "folder");

    private readonly Option<string> _fusion = OptionForms.Choice(
        "--fusion", $"How the modalities are joined: {string.Join(", ", FusionEntry.Names)}.", FusionEntry.Names);

    private readonly Option<int?> _epochs = OptionForms.Number<int>(
        "--epochs", "Passes over the training split. [default: 12 embedded, 16 real]",
        "a whole number of at least 1", n => n >= 1);

    private readonly Option<int?> _batch = OptionForms.Number<int>(
        "--batch", "Samples per step. [default: 64]", "a whole number of at least 1", n => n >= 1);

    private readonly Option<double?> _rate = OptionForms.Factor(
        "--lr", "Learning rate until it drops at three quarters of the epochs. [default: 0.03 embedded, 0.1 real]");

    private readonly Option<int?> _seed = OptionForms.Number<int>(
        "--seed", "The seed, or the first of several. [default: 1 embedded, 0 real]",
        $"a whole number from 0 to {MaxSeed}", n => n is >= 0 and <= MaxSeed);

    private readonly Option<double?> _validation = OptionForms.Number<double>(
        "--validation",
        "Share of the training split, of at least 100 samples, to keep apart and choose the best epoch on. "
            + "[default: 0, the last epoch]",
        "a number from 0 to 0.5", share => share is >= 0 and <= 0.5);

    private readonly Option<string> _device = OptionForms.Choice(
        "--device", $"Where to train: {string.Join(", ", RunSettings.Devices)}.", RunSettings.Devices);

    private readonly Option<string> _precision = OptionForms.Choice(
        "--precision", $"The type of weights and inputs: {string.Join(", ", RunSettings.Precisions)}.", RunSettings.Precisions);

    private readonly Option<string?> _out = OptionForms.Place(
        "--out", $"Folder for what is written. [default: {DefaultFolder}]", "folder");

    private readonly Option<string?> _json = OptionForms.Place(
        "--json", $"File for the results. [default: {resultFile} in the folder of --out]", "file");

    private readonly Option<double?> _scale = OptionForms.Factor(
        "--distillation-scale", "Factor on I2MCL's distillation losses. [default: 0.125 embedded, 1 real]");

    /// <summary>Offers the options in a command that trains by given strategies.</summary>
    public void AddTo(Command command)
    {
        AddSettingTo(command);
        OptionForms.Add(command, _validation, _scale);
    }

    /// <summary>Offers the options in a command that chooses strategies and validation samples itself.</summary>
    public void AddSettingTo(Command command) =>
        OptionForms.Add(command, _data, _fusion, _epochs, _batch, _rate, _seed, _device, _precision, _out, _json);

    /// <summary>Gets what the user asks for.</summary>
    /// <param name="parsed">A command line without errors.</param>
    /// <param name="strategies">What to train by.</param>
    /// <param name="seedCount">How many seeds.</param>
    public StudyPlan Resolve(ParseResult parsed, IReadOnlyList<StrategyEntry> strategies, int seedCount)
    {
        var folder = parsed.GetValue(_data);
        var output = parsed.GetValue(_out) ?? DefaultFolder;
        var recipe = Recipe.For(folder);
        return new StudyPlan(
            folder,
            strategies,
            [.. Enumerable.Range(parsed.GetValue(_seed) ?? recipe.FirstSeed, seedCount)],
            recipe.ToSettings(parsed.GetRequiredValue(_fusion), parsed.GetValue(_epochs)) with
            {
                BatchSize = parsed.GetValue(_batch) ?? Recipe.BatchSize,
                LearningRate = parsed.GetValue(_rate) ?? recipe.LearningRate,
                ValidationShare = parsed.GetValue(_validation) ?? 0,
                Device = parsed.GetRequiredValue(_device),
                Precision = parsed.GetRequiredValue(_precision),
                DistillationScale = parsed.GetValue(_scale) ?? recipe.DistillationScale,
            },
            output,
            parsed.GetValue(_json) ?? Path.Combine(output, resultFile));
    }
}
