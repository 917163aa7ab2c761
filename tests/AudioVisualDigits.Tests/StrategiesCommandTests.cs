using AudioVisualDigits.Experiments;

namespace AudioVisualDigits.Tests;

public class StrategiesCommandTests
{
    [Fact]
    public void Every_strategy_is_listed_with_its_options_and_every_group_with_its_members()
    {
        var run = ProgramRun.Of("strategies");

        run.ExitCode.Should().Be(DigitsProgram.Success, run.Error);
        foreach (var entry in StrategyRegistry.All)
        {
            run.Output.Should().Contain($"| {entry.Name} ").And.Contain(entry.Description);
        }

        run.Output.Should().Contain("PhaseEpochs, FeatureWeight, LogitWeight");
        run.Output.Should().Contain("papers: joint, uniform, mmpareto, i2mcl, g2d");
    }
}
