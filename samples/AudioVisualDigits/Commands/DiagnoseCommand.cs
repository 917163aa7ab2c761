using System.CommandLine;
using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Commands;

/// <summary>Trains teachers and one network jointly, and says what to try.</summary>
internal static class DiagnoseCommand
{
    public const string Name = "diagnose";

    private const double HeldOutShare = 0.2;

    public static Command Create(Study study)
    {
        var common = new CommonOptions("diagnosis.json");
        var heldOut = OptionForms.Number<double>(
            "--held-out",
            "Share of the training split, of at least 100 samples, to keep apart and judge on. "
                + $"[default: {HeldOutShare}]",
            "a number above 0, up to 0.5", share => share is > 0 and <= 0.5);
        var command = new Command(
            Name, "Trains each modality alone and one network jointly, and says what starves and what to try.")
        {
            heldOut,
        };
        common.AddSettingTo(command);
        command.SetAction(parsed =>
        {
            var plan = common.Resolve(parsed, [StrategyRegistry.Of(StrategyRegistry.Joint)], seedCount: 1);
            var share = parsed.GetValue(heldOut) ?? HeldOutShare;
            study.Diagnose(plan with { Settings = plan.Settings with { ValidationShare = share } });
        });
        return command;
    }
}
