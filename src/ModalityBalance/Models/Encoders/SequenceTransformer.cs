using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// A transformer encoder for sequences, [batch, time, features]: a convolution over single steps to the width, positions, blocks
/// of self-attention, and the mean over each sequence's true steps.
/// </summary>
/// <remarks>
/// <para>Its size is that of G2D's experiments on UR-Funny and IEMOCAP (section A.4.1): a one-dimensional convolution per
/// modality to 768 features, 4 layers and 8 heads. The paper says no more. The rest is this library's choice: kernel 1, so that
/// no step sees the padding; sinusoidal positions (Vaswani et al., NeurIPS 2017, section 3.5), which have no parameters and
/// no longest sequence; normalization before each half of a block and after the last one (Xiong et al., ICML 2020), which
/// trains without a warm-up of the learning rate; a feed-forward width of four times the width; ReLU; the mean over steps.</para>
/// <para>Memory grows with batch · heads · time², one matrix of attention weights per head and block.</para>
/// </remarks>
public sealed class SequenceTransformer : SequenceEncoder
{
    private const double LongestWave = 10000;

    private readonly double _dropout;
    private readonly Conv1d _convolution;
    private readonly ModuleList<TransformerBlock> _blocks;
    private readonly LayerNorm _norm;

    /// <summary>Builds the network with TorchSharp's default initialization.</summary>
    /// <param name="inputs">Features of a step, at least 1.</param>
    /// <param name="width">Features of a step inside the network, and of the representation: even, and a multiple of
    /// <paramref name="heads"/>. 768 by default, G2D's value.</param>
    /// <param name="layers">Blocks, at least 1; 4 by default, G2D's value.</param>
    /// <param name="heads">Heads per block, at least 1; 8 by default, G2D's value.</param>
    /// <param name="dropout">Probability, in [0, 1], with which a feature is zero in training: after the positions, and after
    /// each half of a block before the shortcut (Vaswani et al., section 5.4). 0 by default, this library's choice: G2D does
    /// not say.</param>
    /// <exception cref="ArgumentException">A width that is odd or no multiple of the heads.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value out of range.</exception>
    public SequenceTransformer(long inputs, long width = 768, int layers = 4, int heads = 8, double dropout = 0)
        : base(nameof(SequenceTransformer), inputs, width)
    {
        Require.AtLeast(1, inputs);
        Require.AtLeast(1, width);
        Require.AtLeast(1, layers);
        Require.AtLeast(1, heads);
        Require.InUnitInterval(dropout);
        if (width % heads != 0 || width % 2 != 0)
        {
            throw new ArgumentException($"width must be even and a multiple of heads, {heads}, but is {width}.", nameof(width));
        }

        _dropout = dropout;
        _convolution = nn.Conv1d(inputs, width, 1);
        _blocks = nn.ModuleList(
            Enumerable.Range(0, layers).Select(_ => new TransformerBlock(width, heads, dropout)).ToArray());
        _norm = nn.LayerNorm(width);
        register_module("convolution", _convolution);
        register_module("blocks", _blocks);
        register_module("norm", _norm);
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input, Tensor? lengths)
    {
        var sequences = new SequenceLengths(lengths, input.shape[1]);
        var steps = _convolution.call(sequences.Clear(input).transpose(1, 2)).transpose(1, 2);
        steps += Positions(input.shape[1], Width, steps.device).to(steps.dtype);
        steps = _dropout > 0 ? nn.functional.dropout(steps, _dropout, training) : steps;
        foreach (var block in _blocks)
        {
            steps = block.call(steps, sequences.Padding!);
        }

        return sequences.Mean(_norm.call(steps));
    }

    /// <summary>Sines and cosines of each step's index, side by side, from one radian per step to one in 10,000.</summary>
    internal static Tensor Positions(long time, long width, Device device)
    {
        var rates = (arange(0, width, 2, ScalarType.Float32, device) * (-Math.Log(LongestWave) / width)).exp();
        var angles = arange(time, dtype: ScalarType.Float32, device: device).unsqueeze(1) * rates;
        return stack([angles.sin(), angles.cos()], 2).flatten(1);
    }
}
