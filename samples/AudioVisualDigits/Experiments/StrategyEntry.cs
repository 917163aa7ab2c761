using ModalityBalance.Strategies;

namespace AudioVisualDigits.Experiments;

/// <summary>A strategy that the program offers.</summary>
/// <param name="Name">What the user calls it, in lower case.</param>
/// <param name="Description">What it does, in a few words.</param>
/// <param name="Make">Makes it from its options, null for one without any. A new one each time: strategies may keep
/// state.</param>
internal sealed record StrategyEntry(string Name, string Description, Func<object?, IGradientStrategy> Make)
{
    /// <summary>Gets the options of a run, which a variant changes; null for a strategy without any.</summary>
    public Func<StrategyContext, object>? Options { get; init; }

    /// <summary>Makes an entry with options.</summary>
    public static StrategyEntry Of<TOptions>(
        string name, string description, Func<StrategyContext, TOptions> options, Func<TOptions, IGradientStrategy> make)
        where TOptions : notnull =>
        new(name, description, given => make((TOptions)given!)) { Options = context => options(context) };

    /// <summary>Makes the strategy for a run.</summary>
    public IGradientStrategy Create(StrategyContext context) => Make(Options?.Invoke(context));

    /// <summary>Gets the name for files.</summary>
    public string FileName => Name.Replace(':', '-').Replace('=', '-').Replace('+', '-');

    /// <summary>Gets whether the fused prediction learns. If not, it means something only where the fusion consists of
    /// the unimodal heads.</summary>
    public bool TrainsFusion { get; init; } = true;

    /// <summary>Gets whether the settings' distillation scale acts on it.</summary>
    public bool IsScaled { get; init; }

    /// <summary>Gets whether it uses teachers that it does not need.</summary>
    public bool UsesTeachers { get; init; }

    /// <summary>Gets whether a step costs more than twice an encoder pass, or the run more than its steps: teachers, or trials
    /// before the training.</summary>
    public bool IsCostly { get; init; }

    /// <summary>Gets whether it is one of the three methods of the library, or what their papers begin with.</summary>
    public bool IsOfThePapers { get; init; }

    /// <summary>Gets the fusion that it comes with; null for that of the settings.</summary>
    public FusionEntry? Fusion { get; init; }

    /// <summary>Gets whether the fused prediction of a fusion learns.</summary>
    public bool LearnsFused(FusionEntry fusion) => TrainsFusion || fusion.FusesHeads;
}

/// <summary>What a strategy may depend on.</summary>
/// <param name="Settings">How the run is trained.</param>
internal sealed record StrategyContext(RunSettings Settings)
{
    /// <summary>Gets one that is good enough to know what options there are.</summary>
    public static StrategyContext Any { get; } = new(Recipe.For(dataFolder: null).ToSettings("late"));

    /// <summary>Gets the modalities in the order in which joint training starves them. Measured when first asked for.</summary>
    public Lazy<IReadOnlyList<int>> StarvationOrder { get; init; } = new(() => [0, 1]);

    /// <summary>Gets the weights of gradient blending. Measured when first asked for.</summary>
    public Lazy<IReadOnlyList<double>> BlendingWeights { get; init; } = new(() => [1, 1, 1]);
}
