using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// The single-modal part of a bottleneck transformer (MBT; Nagrani et al., NeurIPS 2021, arXiv 2107.00135), for images and
/// spectrograms, [batch, channels, height, width]: patches become tokens, a class token goes first, learned positions are added,
/// and pre-norm blocks of self-attention follow. The representation is all tokens, [batch, 1 + patches, <c>Width</c>], for
/// <see cref="BottleneckFusion"/>.
/// </summary>
public sealed class PatchEncoder : EncoderModule
{
    // The spread of the initial positions in the published code.
    private const double PositionSpread = 0.02;
    private const string ClassToken = "class_token";
    private const string Positions = "positions";

    private readonly Conv2d _patches;
    private readonly ModuleList<TransformerBlock> _blocks;

    /// <summary>Builds the network: TorchSharp's default initialization for layers, zeros for the class token, and a normal
    /// distribution of deviation 0.02 for positions, as published.</summary>
    /// <param name="channels">Channels of the input, at least 1.</param>
    /// <param name="height">Rows of the input, a multiple of <paramref name="patch"/>.</param>
    /// <param name="width">Columns of the input, a multiple of <paramref name="patch"/>.</param>
    /// <param name="patch">Side of a square patch, at least 1. Defaults to 16, as published.</param>
    /// <param name="features">Features of a token, a multiple of <paramref name="heads"/>. Defaults to 768, as published.</param>
    /// <param name="layers">Blocks, at least 0. Defaults to 6, MMPareto's split of its eight layers (Table 2); 8 of 12 in MBT.
    /// </param>
    /// <param name="heads">Attention heads per block, at least 1. Defaults to 12, as published.</param>
    /// <exception cref="ArgumentException">A size is out of its range.</exception>
    public PatchEncoder(
        long channels, long height, long width, long patch = 16, long features = 768, int layers = 6, int heads = 12)
        : base(nameof(PatchEncoder), [channels, height, width], features)
    {
        Require.AtLeast(1, channels);
        Require.AtLeast(1, patch);
        Require.AtLeast(0, layers);
        BottleneckFusion.CheckHeads(features, heads, nameof(features));
        if (height < patch || width < patch || height % patch != 0 || width % patch != 0)
        {
            throw new ArgumentException(
                $"height and width must be multiples of patch, {patch}, but are {height} and {width}.", nameof(patch));
        }

        _patches = nn.Conv2d(channels, features, patch, stride: patch);
        _blocks = BottleneckFusion.Blocks(layers, features, heads);
        register_module("patches", _patches);
        register_parameter(ClassToken, new Parameter(zeros(1, 1, features)));
        register_parameter(Positions, new Parameter(PositionSpread * randn(1, 1 + (height / patch * (width / patch)), features)));
        register_module("blocks", _blocks);
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input)
    {
        var patches = _patches.call(input).flatten(2).transpose(1, 2);

        // By name: a module that is moved or converted replaces its parameters.
        var tokens = cat([get_parameter(ClassToken)!.expand(input.shape[0], -1, -1), patches], 1) + get_parameter(Positions)!;
        return _blocks.Aggregate(tokens, (steps, block) => block.call(steps, null!));
    }
}
