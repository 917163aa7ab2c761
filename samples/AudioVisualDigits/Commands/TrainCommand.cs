using System.CommandLine;
using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Commands;

/// <summary>Trains one network.</summary>
internal static class TrainCommand
{
    public const string Name = "train";

    public static Command Create(Study study)
    {
        var common = new CommonOptions();
        var flags = new RunOptions();
        var strategy = OptionForms.Choice(
            "--strategy", $"What to train by: {StrategyRegistry.Description}.", StrategyRegistry.Names);
        var command = new Command(Name, "Trains one network.") { strategy };
        common.AddTo(command);
        flags.AddTo(command);
        command.SetAction(parsed =>
        {
            var entry = StrategyRegistry.Of(parsed.GetRequiredValue(strategy));
            study.Train(common.Resolve(parsed, [entry], seedCount: 1) with { Flags = flags.Resolve(parsed) });
        });
        return command;
    }
}
