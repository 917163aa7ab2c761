using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// The cross-modal part of a bottleneck transformer (MBT; Nagrani et al., NeurIPS 2021, arXiv 2107.00135): in every layer each
/// modality's tokens attend to themselves and to a few bottleneck tokens, whose mean over the modalities enters the next layer.
/// One norm and one linear layer read every modality's class token, and the prediction is their mean.
/// </summary>
/// <remarks>
/// <para>Representations are tokens, [batch, tokens, width], the class token first; their number may differ between modalities.
/// Information passes between modalities only through the bottleneck. Nothing of an absent modality enters the bottleneck or the
/// prediction; a sample without any has the prediction zero.</para>
/// <para>The unimodal prediction is that of the same layers with a single modality, which this library chose: the paper describes
/// none. It costs a run of the layers, and every strategy that differentiates several losses pays for them again: here the top of
/// the network is not cheap.</para>
/// </remarks>
public sealed class BottleneckFusion : FusionModule
{
    private const double BottleneckSpread = 0.02;
    private const string BottleneckName = "bottleneck";

    private readonly ModuleList<TransformerBlock>[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _classifier;

    /// <summary>Builds the layers: TorchSharp's default initialization, a normal distribution of deviation 0.02 for the
    /// bottleneck and zeros for the classifier's weight, as published.</summary>
    /// <param name="modalities">The number of modalities, at least 2.</param>
    /// <param name="width">Features of a token, a multiple of <paramref name="heads"/>.</param>
    /// <param name="outputs">Values per prediction, at least 1.</param>
    /// <param name="layers">Layers, at least 0. Defaults to 2, MMPareto's split of its eight layers (Table 2); 4 of 12 in MBT.
    /// </param>
    /// <param name="bottlenecks">Bottleneck tokens, at least 0. Defaults to 4, as published.</param>
    /// <param name="heads">Attention heads per block, at least 1. Defaults to 12, as published.</param>
    /// <exception cref="ArgumentException">A size is out of its range.</exception>
    public BottleneckFusion(
        int modalities, long width, long outputs, int layers = 2, int bottlenecks = 4, int heads = 12)
        : base(nameof(BottleneckFusion), [.. Enumerable.Repeat(width, Math.Max(0, modalities))], outputs)
    {
        CheckHeads(width, heads, nameof(width));
        Require.AtLeast(0, layers);
        Require.AtLeast(0, bottlenecks);
        _blocks = [.. Enumerable.Range(0, modalities).Select(_ => Blocks(layers, width, heads))];
        _norm = nn.LayerNorm(width);
        _classifier = nn.Linear(width, outputs);
        nn.init.zeros_(_classifier.weight!);
        register_parameter(BottleneckName, new Parameter(BottleneckSpread * randn(1, bottlenecks, width)));
        for (int m = 0; m < modalities; m++)
        {
            register_module($"blocks_{m}", _blocks[m]);
        }

        register_module("norm", _norm);
        register_module("classifier", _classifier);
    }

    /// <inheritdoc/>
    public override bool PredictsUnimodal => true;

    /// <inheritdoc/>
    public override Tensor PredictUnimodal(int modality, Tensor representation)
    {
        ArgumentNullException.ThrowIfNull(representation);
        var bottleneck = Bottleneck(representation.shape[0]);
        foreach (var block in _blocks[modality])
        {
            (representation, bottleneck) = Attend(block, representation, bottleneck);
        }

        return Classify(representation);
    }

    /// <summary>The class token.</summary>
    /// <inheritdoc/>
    public override Tensor Pool(int modality, Tensor representation)
    {
        ArgumentNullException.ThrowIfNull(representation);
        return representation.select(1, 0);
    }

    /// <inheritdoc/>
    protected override Tensor FuseCore(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        Tensor[] tokens = [.. representations.Select((z, m) => ZeroAbsent(m, z, present))];
        var bottleneck = Bottleneck(tokens[0].shape[0]);
        for (int layer = 0; layer < _blocks[0].Count; layer++)
        {
            var updates = new Tensor[tokens.Length];
            for (int m = 0; m < tokens.Length; m++)
            {
                (tokens[m], updates[m]) = Attend(_blocks[m][layer], tokens[m], bottleneck);
            }

            bottleneck = MeanOfPresent(updates, present);
        }

        return MeanOfPresent(tokens.Select(Classify), present);
    }

    /// <inheritdoc/>
    private protected override long[] ShapeOf(int modality, Tensor representation, long batch) =>
        ShapeOfTokens(modality, representation, batch);

    /// <summary>Pre-norm blocks with GELU and a feed-forward width of four times the features.</summary>
    internal static ModuleList<TransformerBlock> Blocks(int layers, long width, int heads) => nn.ModuleList(
        Enumerable.Range(0, layers).Select(_ => new TransformerBlock(width, heads, dropout: 0, gelu: true)).ToArray());

    internal static void CheckHeads(long width, int heads, string name)
    {
        Require.AtLeast(1, heads);
        if (width < 1 || width % heads != 0)
        {
            throw new ArgumentException($"{name} must be a multiple of heads, {heads}, but is {width}.", name);
        }
    }

    // By name: a module that is moved or converted replaces its parameters.
    private Tensor Bottleneck(long batch) => get_parameter(BottleneckName)!.expand(batch, -1, -1);

    private static (Tensor Tokens, Tensor Bottleneck) Attend(TransformerBlock block, Tensor tokens, Tensor bottleneck)
    {
        var both = block.call(cat([tokens, bottleneck], 1), null!);
        return (both.narrow(1, 0, tokens.shape[1]), both.narrow(1, tokens.shape[1], bottleneck.shape[1]));
    }

    private Tensor Classify(Tensor tokens) => _classifier.call(_norm.call(tokens.select(1, 0)));
}
