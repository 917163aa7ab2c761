using System.CommandLine;
using System.CommandLine.Parsing;
using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Commands;

/// <summary>Trains networks by several strategies and seeds and sets them side by side.</summary>
internal static class CompareCommand
{
    public const string Name = "compare";

    private const int MaxSeeds = 1000;

    public static Command Create(Study study)
    {
        var common = new CommonOptions();
        var flags = new RunOptions();
        var strategies = new Option<IReadOnlyList<string>>("--strategies")
        {
            Description = $"What to train by, with commas between: see the command '{StrategiesCommand.Name}'; or a group of them, "
                + $"{string.Join(", ", StrategyRegistry.Groups.Keys)}. Options of a strategy are changed behind its name, as in "
                + "g2d:PhaseEpochs=3:Suppression=Partial; lists have + between. "
                + $"[default: {string.Join(',', StrategyRegistry.Defaults)}]",
            HelpName = "names",
            CustomParser = ParseNames,
        };
        var seeds = OptionForms.Number<int>(
            "--seeds", $"How many seeds. [default: {Recipe.SeedCount}]", $"a whole number from 1 to {MaxSeeds}",
            n => n is >= 1 and <= MaxSeeds);
        var command = new Command(Name, "Trains networks by several strategies and seeds, and sets them side by side.")
        {
            strategies,
            seeds,
        };
        common.AddTo(command);
        flags.AddTo(command);
        command.SetAction(parsed =>
        {
            var chosen = (parsed.GetValue(strategies) ?? StrategyRegistry.Defaults).Select(StrategyRegistry.Of);
            var plan = common.Resolve(parsed, [.. chosen], parsed.GetValue(seeds) ?? Recipe.SeedCount);
            study.Compare(plan with { Flags = flags.Resolve(parsed) });
        });
        return command;
    }

    private static string[] ParseNames(ArgumentResult result)
    {
        const string Option = "--strategies";
        string[] names = [.. result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries)
            .SelectMany(name => StrategyRegistry.Groups.TryGetValue(name, out var group) ? group : [name])];
        foreach (var name in names)
            OptionForms.Known(
                result, Option, [.. StrategyRegistry.Groups.Keys, .. StrategyRegistry.Names], StrategyVariant.BaseName(name));
        if (names.Distinct().Count() < names.Length)
            result.AddError($"{Option} must name each strategy once, but is '{result.Tokens[0].Value}'.");
        return names;
    }
}
