using ModalityBalance.Models;

namespace AudioVisualDigits.Experiments;

/// <summary>A fusion that the program offers.</summary>
/// <param name="Name">What the user calls it, in lower case.</param>
/// <param name="Create">Makes it from the widths of the representations and the number of classes.</param>
/// <param name="FusesHeads">Whether it consists of unimodal heads, so that these learn whenever it does and it learns
/// whenever they do. The others leave the heads to the model.</param>
internal sealed record FusionEntry(
    string Name, Func<IReadOnlyList<long>, long, FusionModule> Create, bool FusesHeads = false)
{
    /// <summary>Gets whether it joins tokens, which transformers encode, instead of one vector per modality.</summary>
    public bool FusesTokens { get; init; }

    /// <summary>What MLA predicts with.</summary>
    public static readonly FusionEntry EntropyVoting = new("entropy-voting", (widths, classes) =>
        new VotingFusion(widths, classes, VoteWeighting.Entropy), FusesHeads: true);

    /// <summary>What ReconBoost predicts with, and its head's hidden layer.</summary>
    public static readonly FusionEntry SumVoting = new("sum-voting", (widths, classes) =>
        new VotingFusion(widths, classes, VoteWeighting.Sum, hidden: 256), FusesHeads: true);

    /// <summary>What DI-MML predicts with.</summary>
    public static readonly FusionEntry Certainty = new("certainty", (widths, classes) =>
        new CertaintyFusion(new ConcatFusion(widths, classes)), FusesHeads: true);

    public static readonly IReadOnlyList<FusionEntry> All =
    [
        new("late", (widths, classes) => new LateFusion(widths, classes), FusesHeads: true),
        new("concat", (widths, classes) => new ConcatFusion(widths, classes)),
        new("sum", (widths, classes) => new SumFusion(widths, classes)),
        new("film", (widths, classes) => new FilmFusion(widths, classes)),
        new("gated", (widths, classes) => new GatedFusion(widths, classes)),
        new("attention", (widths, classes) => new CrossAttentionFusion(widths, classes)),
        new("bottleneck", DigitModel.Bottleneck, FusesHeads: true) { FusesTokens = true },
        EntropyVoting,
        SumVoting,
        Certainty,
    ];

    /// <summary>Gets the names.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(entry => entry.Name)];

    /// <summary>Gets a fusion by its name.</summary>
    public static FusionEntry Of(string name) => All.Single(entry => entry.Name == name);
}
