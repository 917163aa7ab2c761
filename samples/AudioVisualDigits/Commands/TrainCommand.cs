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
        const string Strategy = "--strategy";
        var strategy = new Option<string>(Strategy)
        {
            Description = $"What to train by: see the command '{StrategiesCommand.Name}'. Options are changed behind the name, as in "
                + "g2d:PhaseEpochs=3:Suppression=Partial; lists have + between.",
            HelpName = "name",
            DefaultValueFactory = _ => StrategyRegistry.Joint,
            CustomParser = result =>
            {
                var name = result.Tokens[0].Value;
                OptionForms.Known(result, Strategy, StrategyRegistry.Names, StrategyVariant.BaseName(name));
                return name;
            },
        };
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
