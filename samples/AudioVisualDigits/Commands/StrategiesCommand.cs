using System.CommandLine;
using AudioVisualDigits.Experiments;
using AudioVisualDigits.Results;
using Spectre.Console;

namespace AudioVisualDigits.Commands;

/// <summary>Lists what can be trained by.</summary>
internal static class StrategiesCommand
{
    public const string Name = "strategies";

    private const int Width = 200;

    public static Command Create(TextWriter output)
    {
        var command = new Command(Name, "Lists the strategies, what they do, and the options that can be changed behind their names.");
        command.SetAction(_ =>
        {
            var table = new Table().AddColumns("strategy", "what it does", "options");
            foreach (var entry in StrategyRegistry.All)
            {
                table.AddRow([.. new[] { entry.Name, entry.Description, string.Join(", ", StrategyVariant.OptionNames(entry)) }
                    .Select(text => text.EscapeMarkup())]);
            }

            PlainTable.Write(output, table, Width);
            foreach (var (name, members) in StrategyRegistry.Groups)
            {
                output.WriteLine($"{name}: {string.Join(", ", members)}");
            }
        });
        return command;
    }
}
