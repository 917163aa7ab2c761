using AudioVisualDigits.Data;
using ModalityBalance.Strategies;

namespace AudioVisualDigits.Experiments;

/// <summary>All strategies that the program offers. This is the only place that names them.</summary>
internal static class StrategyRegistry
{
    /// <summary>The strategy against which the others' time is measured.</summary>
    public const string Joint = "joint";

    public const string Uniform = "uniform";

    // What these did in each step is worth a chart.
    public const string I2MCL = "i2mcl";
    public const string MMPareto = "mmpareto";
    public const string G2D = "g2d";

    /// <summary>What is compared when nothing is named.</summary>
    public static readonly IReadOnlyList<string> Defaults = [Joint, Uniform, "unimodal"];

    public static readonly IReadOnlyList<StrategyEntry> All =
    [
        new(Joint, "the fused loss alone", _ => new JointTraining()) { IsOfThePapers = true },
        new(Uniform, "the fused loss plus each modality's own", _ => new UniformBaseline()) { IsOfThePapers = true },
        StrategyEntry.Of("umt", "joint with distillation of features", _ => new UMTOptions { Weight = 1 }, options => new UMT(options)) with
        {
            IsCostly = true,
        },
        new("pareto", "conventional Pareto integration", _ => new MGDA()),
        StrategyEntry.Of(
            MMPareto,
            "Pareto direction in conflict, at the length of the sum",
            _ => new MMParetoOptions(),
            options => new MMPareto(options)) with { IsOfThePapers = true },
        StrategyEntry.Of(
            I2MCL,
            "intra- and inter-modal curriculum",
            context => new I2MCLOptions { DistillationScale = context.Settings.DistillationScale },
            options => new I2MCL(options)) with { IsScaled = true, IsCostly = true, IsOfThePapers = true },
        StrategyEntry.Of(
            G2D,
            "distillation, the less confident teacher's modality first",
            context => new G2DOptions { PhaseEpochs = [context.Settings.PrioritizedEpochs] },
            options => new G2D(options)) with { IsCostly = true, IsOfThePapers = true },
        StrategyEntry.Of(
            "g2d-starved",
            "G2D, the starved modality first",
            context => new G2DOptions
            {
                PhaseEpochs = [context.Settings.PrioritizedEpochs],
                Order = context.StarvationOrder.Value,
            },
            options => new G2D(options)) with { IsCostly = true },
        StrategyEntry.Of(
            "starved-first",
            "the starved modality first, with its own loss and its teacher's features",
            context => new StarvedFirstOptions { Order = context.StarvationOrder.Value },
            options => new StarvedFirst(options)) with { UsesTeachers = true, IsCostly = true },
        StrategyEntry.Of(
            "starved-first-alone",
            "the same without teachers",
            context => new StarvedFirstOptions
            {
                Order = context.StarvationOrder.Value,
                Distillation = StarvedFirstDistillation.None,
            },
            options => new StarvedFirst(options)) with { IsCostly = true },
        StrategyEntry.Of("ogm-ge", "shorter gradients for the surer modality, with noise", Modulation, options => new OGM(options)),
        StrategyEntry.Of(
            "ogm",
            "shorter gradients for the surer modality",
            context => Modulation(context) with { Noise = false },
            options => new OGM(options)),
        StrategyEntry.Of(
            "agm", "gradients scaled by how far a modality is ahead of its habit", _ => new AGMOptions(), options => new AGM(options)),
        StrategyEntry.Of("pmr", "class prototypes speed the slower modality up", _ => new PMROptions(), options => new PMR(options)),
        StrategyEntry.Of(
            "gradient-blending",
            "losses weighted by generalization over overfitting",
            context => new BlendingOptions(context.BlendingWeights.Value),
            options => new GradientBlending(options.Weights)) with { IsCostly = true },
        StrategyEntry.Of("cls", "the slower encoder alone for some steps", _ => new CLSOptions(), options => new CLS(options)),
        StrategyEntry.Of(
            "mses",
            "a modality stops when its loss on a tenth of the training split rises",
            context => new MSESOptions { Patience = Math.Max(1, context.Settings.Epochs / 6) },
            options => new MSES(options)),
        StrategyEntry.Of(
            "mslr",
            "learning rates of 1.3 (audio) and 0.7 (image) times the network's",
            _ => new MSLROptions { Factors = [1.3, 0.7] },
            options => new MSLR(options)),
        new("pcgrad", "conflicting gradients projected off each other", _ => new PCGrad()),
        StrategyEntry.Of(
            "gradnorm", "learned weights of both losses at each encoder", _ => new GradNormOptions(), options => new GradNorm(options)),
        StrategyEntry.Of(
            "metabalance",
            "the own loss's gradient at the length of the fused one's",
            _ => new MetaBalanceOptions(),
            options => new MetaBalance(options)),
        StrategyEntry.Of(
            "mla",
            "modalities take turns through one head",
            _ => new MLAOptions { Projection = MLAProjection.None },
            options => new MLA(options)) with { Fusion = FusionEntry.EntropyVoting },
        StrategyEntry.Of(
            "reconboost",
            "modalities boosted in turn",
            context => Stages(context.Settings.Epochs),
            options => new ReconBoost(options)) with { Fusion = FusionEntry.SumVoting },
        StrategyEntry.Of(
            "di-mml",
            "encoders apart, then a fusion on top",
            context => new DIMMLOptions
            {
                WarmUpEpochs = context.Settings.Epochs / 6,
                EncoderEpochs = Math.Max((context.Settings.Epochs / 6) + 1, context.Settings.Epochs * 3 / 4),
            },
            options => new DIMML(options)) with { Fusion = FusionEntry.Certainty },
        StrategyEntry.Of("dlmg", "first agreement between modalities, then labels", _ => new DLMGOptions(), options => new DLMG(options)),
        StrategyEntry.Of(
            "dgl", "encoders from own losses, the fusion from the fused one", _ => new DGLOptions(), options => new DGL(options)),
        StrategyEntry.Of(
            "cggm",
            "shorter gradients for the modality that improves faster",
            _ => new CGGMOptions { Limit = 2 },
            options => new CGGM(options)),
        StrategyEntry.Of("opm", "the surer modality left out at random", _ => new OPMOptions(), options => new OPM(options)),
        new("unimodal", "each modality by itself", _ => new UnimodalTraining()) { TrainsFusion = false },
    ];

    /// <summary>Gets the names of groups of strategies, and what they hold.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Groups = new Dictionary<string, IReadOnlyList<string>>
    {
        ["all"] = [.. All.Select(entry => entry.Name)],
        ["papers"] = [.. All.Where(entry => entry.IsOfThePapers).Select(entry => entry.Name)],
        ["cheap"] = [.. All.Where(entry => !entry.IsCostly).Select(entry => entry.Name)],
    };

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(entry => entry.Name)];

    /// <summary>Gets the name of a strategy that a diagnosis advises.</summary>
    /// <param name="strategy">The library's name.</param>
    public static string NameOf(string strategy) =>
        strategy == nameof(StarvedFirst) ? "starved-first" : strategy.ToLowerInvariant();

    /// <summary>Gets a strategy by its name, with changed options if it names any.</summary>
    /// <exception cref="BadInputException">It has no such options.</exception>
    public static StrategyEntry Of(string name) =>
        StrategyVariant.Of(All.Single(entry => entry.Name == StrategyVariant.BaseName(name)), name);

    /// <summary>The weights of gradient blending.</summary>
    private sealed record BlendingOptions(IReadOnlyList<double> Weights);

    /// <summary>CREMA-D's alpha; heads are scored where they are what is fused.</summary>
    private static OGMOptions Modulation(StrategyContext context) => new()
    {
        Alpha = 0.8,
        Score = FusionEntry.Of(context.Settings.Fusion).FusesHeads ? OGMScore.Heads : OGMScore.LogitShare,
    };

    /// <summary>The longest stages, of at most four epochs, that divide the training, the first half of each for the learner.
    /// </summary>
    private static ReconBoostOptions Stages(int epochs)
    {
        int stage = new[] { 4, 3, 2, 1 }.First(length => epochs % (DigitModel.Modalities.Count * length) == 0 || length == 1);
        return new ReconBoostOptions { LearnerEpochs = (stage + 1) / 2, RectificationEpochs = stage / 2 };
    }
}
