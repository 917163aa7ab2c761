using ModalityBalance.Gradients;
using ModalityBalance.Strategies;

namespace ModalityBalance.Tests.Contract;

/// <summary>Every strategy and what its steps cost, the table that the contract suite runs over.</summary>
internal static class StrategyTable
{
    private static readonly Dictionary<string, Entry> Entries = new()
    {
        ["joint"] = new(_ => new JointTraining(), Cheap),
        ["unimodal"] = new(_ => new UnimodalTraining(), Cheap),
        ["uniform"] = new(_ => new UniformBaseline(), Cheap),
        ["pareto"] = new(_ => new MGDA(), m => new EncoderPasses(m, 2 * m)),
        ["mmpareto"] = new(_ => new MMPareto(), m => new EncoderPasses(m, 2 * m)),
        ["mmpareto per tensor"] = new(
            _ => new MMPareto(new MMParetoOptions { Rescale = MMParetoRescale.PerTensor }),
            m => new EncoderPasses(m, 2 * m)),
        ["umt"] = new(_ => new UMT(new UMTOptions { Weight = 2 }), Cheap),
        ["i2mcl distillation"] = new(_ => new I2MCL(I2MCLOptions.DistillationOnly), Cheap),
        ["i2mcl intra"] = new(_ => new I2MCL(I2MCLOptions.IntraModal), Cheap),
        ["i2mcl inter"] = new(_ => new I2MCL(I2MCLOptions.InterModal), Cheap),
        ["i2mcl"] = new(_ => new I2MCL(), Cheap),
        ["i2mcl hard weights"] = new(_ => new I2MCL(new I2MCLOptions { Beta = 0 }), Cheap),
        ["i2mcl mixed"] = new(_ => new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Mixed }), Cheap),
        ["i2mcl exact"] = new(
            _ => new I2MCL(new I2MCLOptions { Alpha = I2MCLAlpha.AtParameters }),
            m => new EncoderPasses(m, 3 * m)),
        ["g2d"] = new(_ => new G2D(), Cheap),
        ["g2d prioritised"] = new(
            m => new G2D(new G2DOptions { PhaseEpochs = Phases(m) }), m => new EncoderPasses(m, 1)),
        ["g2d frozen"] = new(
            m => new G2D(new G2DOptions { PhaseEpochs = Phases(m), FreezeNormalisation = true }),
            m => new EncoderPasses(m, 1)),
        ["g2d partial"] = new(
            m => new G2D(new G2DOptions { PhaseEpochs = Phases(m), Suppression = G2DSuppression.Partial }), Cheap),
    };

    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>A new instance for a model of <paramref name="modalities"/>; prioritised phases last an epoch.</summary>
    public static IGradientStrategy Make(string name, int modalities) => Entries[name].Make(modalities);

    /// <summary>Encoder passes of one step in epoch 0.</summary>
    public static EncoderPasses Passes(string name, int modalities) => Entries[name].Passes(modalities);

    private static EncoderPasses Cheap(int modalities) => new(modalities, modalities);

    private static int[] Phases(int modalities) => Enumerable.Repeat(1, modalities - 1).ToArray();

    private sealed record Entry(Func<int, IGradientStrategy> Make, Func<int, EncoderPasses> Passes);
}
