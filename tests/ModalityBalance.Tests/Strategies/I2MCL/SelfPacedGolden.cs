using ModalityBalance.Tests.Golden;

namespace ModalityBalance.Tests.Strategies;

/// <summary>The golden file of weights and of a trace of the moving threshold.</summary>
internal sealed record SelfPacedGolden(SelfPacedGolden.Case[] Cases, SelfPacedGolden.Run Trace)
{
    public static SelfPacedGolden Read() => GoldenFiles.Read<SelfPacedGolden>("self_paced_weight.json");

    internal sealed record Case(double Loss, double Threshold, double Beta, double Weight);

    internal sealed record Run(double Gamma, double Beta, Step[] Steps);

    internal sealed record Step(double[] Losses, double Threshold, double[] Weights);
}
