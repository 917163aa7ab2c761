using ModalityBalance.Gradients;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tests.Support;
using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace ModalityBalance.Tests.Contract;

/// <summary>Every strategy, in all options that change what it does, and what its steps cost: the table that the contract suite
/// runs over.</summary>
internal static class StrategyTable
{
    private static readonly Dictionary<string, Entry> Entries = new()
    {
        ["joint"] = new(_ => new JointTraining(), Cheap),
        ["joint with heads"] = new(_ => new JointTraining(trainHeads: true), Cheap),
        ["unimodal"] = new(_ => new UnimodalTraining(), Cheap),
        ["uniform"] = new(_ => new UniformBaseline(), Cheap),
        ["pareto"] = new(_ => new MGDA(), Doubled),
        ["mmpareto"] = new(_ => new MMPareto(), Doubled),
        ["mmpareto per tensor"] = new(
            _ => new MMPareto(new MMParetoOptions { Rescale = MMParetoRescale.PerTensor }), Doubled),
        ["umt"] = new(_ => new UMT(new UMTOptions { Weight = 2 }), Cheap),
        ["i2mcl distillation"] = new(_ => new I2MCL(I2MCLOptions.DistillationOnly), Cheap),
        ["i2mcl intra"] = new(_ => new I2MCL(I2MCLOptions.IntraModal), Cheap),
        ["i2mcl inter"] = new(_ => new I2MCL(I2MCLOptions.InterModal), Cheap),
        ["i2mcl"] = new(_ => new I2MCL(), Cheap),
        ["i2mcl hard weights"] = new(_ => new I2MCL(new I2MCLOptions { Beta = 0 }), Cheap),
        ["i2mcl mixed"] = new(_ => new I2MCL(new I2MCLOptions { Schedule = I2MCLSchedule.Mixed }), Cheap),
        ["i2mcl exact"] = new(
            _ => new I2MCL(new I2MCLOptions { Alpha = I2MCLAlpha.AtParameters }), m => new EncoderPasses(m, 3 * m)),
        ["g2d"] = new(_ => new G2D(), Cheap),
        ["g2d prioritized"] = new(
            m => new G2D(new G2DOptions { PhaseEpochs = Phases(m) }), m => new EncoderPasses(m, 1)),
        ["g2d frozen"] = new(
            m => new G2D(new G2DOptions { PhaseEpochs = Phases(m), FreezeNormalization = true }),
            m => new EncoderPasses(m, 1)),
        ["g2d partial"] = new(
            m => new G2D(new G2DOptions { PhaseEpochs = Phases(m), Suppression = G2DSuppression.Partial }), Cheap),
        ["ogm"] = new(_ => new OGM(new OGMOptions { Alpha = 0.1, Noise = false }), Cheap) { Tasks = "multi-label" },
        ["ogm-ge"] = new(_ => new OGM(new OGMOptions { Alpha = 0.1 }), Cheap) { Tasks = "multi-label", Draws = true },
        ["ogm-ge of heads"] = new(
            _ => new OGM(new OGMOptions { Alpha = 0.1, Score = OGMScore.Heads, Reference = OGMReference.Weakest }), Cheap)
        {
            Draws = true,
        },
        ["agm"] = new(_ => new AGM(), Cheap) { Tasks = "multi-label" },
        ["agm of encoders"] = new(_ => new AGM(new AGMOptions { ScaleFusion = false, Cap = null }), Cheap) { Tasks = "multi-label" },
        ["pmr"] = new(_ => new PMR(new PMROptions { PrototypeShare = 1, RegularizedEpochs = 2 }), Cheap) { Tasks = "" },
        ["pmr all or nothing"] = new(
            _ => new PMR(new PMROptions { PrototypeShare = 1, Rule = PMRRule.AllOrNothing, Momentum = 0.5 }), Cheap)
        { Tasks = "" },
        ["gradient blending"] = new(
            m => new GradientBlending([.. Enumerable.Repeat(0.5 / m, m), 0.5]), Cheap),
        ["cls"] = new(_ => new CLS(new CLSOptions { ManyModalities = true }), Cheap),
        ["cls by chance"] = new(
            _ => new CLS(new CLSOptions { ManyModalities = true, Guidance = CLSGuidance.Random }), Cheap)
        { Draws = true },
        ["cggm"] = new(_ => new CGGM(new CGGMOptions { Rho = 2, Limit = 1 }), Cheap),
        ["dgl"] = new(_ => new DGL(), Cheap),
        ["dgl of the fusion"] = new(_ => new DGL(new DGLOptions { Prediction = DGLPrediction.ZeroedFusion }), Cheap),
        ["opm"] = new(_ => new OPM(), Cheap) { Tasks = "multi-label", Draws = true },
        ["mses"] = new(_ => new MSES(new MSESOptions { Patience = 1 }), Cheap),
        ["mslr"] = new(m => new MSLR(new MSLROptions { Factors = [.. Enumerable.Range(1, m).Select(i => i / 2.0)] }), Cheap),
        ["mslr dynamic"] = new(
            m => new MSLR(new MSLROptions { Factors = [.. Enumerable.Repeat(1.0, m)], Dynamic = true, Memory = 1 }), Cheap),
        ["starved first"] = new(
            m => new StarvedFirst(new StarvedFirstOptions { Order = [.. Enumerable.Range(0, m)] }), m => new EncoderPasses(m, 1)),
        ["starved first alone"] = new(
            m => new StarvedFirst(new StarvedFirstOptions
            {
                Order = [.. Enumerable.Range(0, m)],
                Distillation = StarvedFirstDistillation.None,
            }),
            m => new EncoderPasses(m, 1)),
        ["starved first of logits"] = new(
            m => new StarvedFirst(new StarvedFirstOptions
            {
                Order = [.. Enumerable.Range(0, m)],
                Distillation = StarvedFirstDistillation.FeaturesAndLogits,
                TargetScores = [.. Enumerable.Repeat(0.9, m)],
            }),
            m => new EncoderPasses(m, 1)),
        ["g2d in another order"] = new(
            m => new G2D(new G2DOptions { PhaseEpochs = Phases(m), Order = [.. Enumerable.Range(0, m)] }),
            m => new EncoderPasses(m, 1)),
        ["pcgrad"] = new(_ => new PCGrad(), Doubled),
        ["gradnorm"] = new(_ => new GradNorm(), Doubled),
        ["metabalance"] = new(_ => new MetaBalance(), Doubled),
        ["metabalance per encoder"] = new(
            _ => new MetaBalance(new MetaBalanceOptions { Granularity = MetaBalanceGranularity.PerEncoder }), Doubled),
        ["mla"] = new(_ => new MLA(), Cheap) { Fusion = "voting by entropy", Tasks = "multi-label" },
        ["mla without projection"] = new(_ => new MLA(new MLAOptions { Projection = MLAProjection.None }), Cheap)
        {
            Fusion = "voting by entropy",
            Tasks = "multi-label",
        },
        ["mla restarting"] = new(
            _ => new MLA(new MLAOptions { Projection = MLAProjection.RecursiveNormalized, RestartEveryEpoch = true }), Cheap)
        {
            Fusion = "voting by entropy",
            Tasks = "multi-label",
        },
        ["reconboost"] = new(
            _ => new ReconBoost(new ReconBoostOptions { LearnerEpochs = 1, RectificationEpochs = 0 }), m => new EncoderPasses(m, 1))
        {
            Fusion = "voting by sum",
            Tasks = "",
        },
        ["di-mml"] = new(_ => new DIMML(new DIMMLOptions { WarmUpEpochs = 0, EncoderEpochs = 1 }), Cheap)
        {
            Fusion = "certainty",
            Tasks = "",
        },
        ["dlmg"] = new(_ => new DLMG(), Cheap) { Tasks = "" },
        ["dlmg fitted"] = new(_ => new DLMG(new DLMGOptions { Schedule = DLMGSchedule.Fitted }), Cheap) { Tasks = "" },
    };

    public static IEnumerable<string> Names => Entries.Keys;

    /// <summary>Strategies that need no fusion of their own, no validation data and no parameter groups.</summary>
    public static IEnumerable<string> UndemandingNames => Names.Where(name => Entries[name].Fusion is null
        && (Make(name, 2).Requirements & (StrategyRequirements.Validation | StrategyRequirements.ParameterGroups)) == 0);

    /// <summary>Whether steps draw random numbers.</summary>
    public static bool Draws(string name) => Entries[name].Draws;

    /// <summary>A new instance for a model of <paramref name="modalities"/>; phases last an epoch.</summary>
    public static IGradientStrategy Make(string name, int modalities) => Entries[name].Make(modalities);

    /// <summary>Encoder passes of one step in epoch 0, all turns together.</summary>
    public static EncoderPasses Passes(string name, int modalities) => Entries[name].Passes(modalities);

    /// <summary>The fusion that the strategy needs; another where it needs none.</summary>
    public static string Fusion(string name, string other = "late") => Entries[name].Fusion ?? other;

    /// <summary>Whether the strategy takes a kind of task beside classification.</summary>
    public static bool Takes(string name, string task) => Entries[name].Tasks.Contains(task, StringComparison.Ordinal);

    /// <summary>An optimizer with parameter groups where the strategy needs them.</summary>
    public static Optimizer Optimizer(IGradientStrategy strategy, IMultimodalModel model, double rate, double momentum = 0) =>
        strategy.Requirements.HasFlag(StrategyRequirements.ParameterGroups)
            ? SGD(
                [
                    .. model.Modalities.Select((_, m) => new SGD.ParamGroup(model.EncoderParameters(m), rate, momentum: momentum)),
                    new SGD.ParamGroup(model.SharedParameters(), rate, momentum: momentum),
                ],
                rate)
            : SGD(model.Root.parameters(), rate, momentum: momentum);

    /// <summary>Tells the strategy that epoch 0 begins.</summary>
    public static void Begin(
        IGradientStrategy strategy,
        IMultimodalModel model,
        ModalityBalance.Data.IBatchSource data,
        ModalityBalance.Distributed.ProcessGroup? processes = null) =>
        strategy.OnEpochStart(new EpochContext
        {
            Epoch = 0,
            Epochs = 2,
            Model = model,
            Task = Toy.Task,
            TrainingData = data,
            Processes = processes ?? ModalityBalance.Distributed.ProcessGroup.SingleProcess,
        });

    private static EncoderPasses Cheap(int modalities) => new(modalities, modalities);

    private static EncoderPasses Doubled(int modalities) => new(modalities, 2 * modalities);

    private static int[] Phases(int modalities) => Enumerable.Repeat(1, modalities - 1).ToArray();

    private sealed record Entry(Func<int, IGradientStrategy> Make, Func<int, EncoderPasses> Passes)
    {
        public string? Fusion { get; init; }

        public string Tasks { get; init; } = "regression multi-label";

        public bool Draws { get; init; }
    }
}
