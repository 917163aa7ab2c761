using ModalityBalance.Internal;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// An encoder of tokens, int64 [batch, time]: a trained vector per token, and an encoder for the sequence of vectors. Token 0
/// is padding; its vector is zero and stays zero.
/// </summary>
/// <remarks>
/// With lengths, tokens in the padding may be any number. Without, sequences are full length and token 0 is a step like any
/// other, as in I2MCL's code, which pads in front. Tokens are checked as lengths are: on the CPU, one outside the vocabulary is
/// an error; on another device its sequence has a representation of NaN.
/// </remarks>
public sealed class TokenEncoder : SequenceEncoder
{
    private readonly long _vocabulary;
    private readonly SequenceEncoder _encoder;

    /// <summary>Builds the vectors, standard normal.</summary>
    /// <param name="vocabulary">Number of tokens with the padding, at least 2; tokens lie in [0, vocabulary).</param>
    /// <param name="dimension">Features of a token's vector, at least 1: as many as <paramref name="encoder"/> reads.</param>
    /// <param name="encoder">Encodes the vectors, [batch, time, dimension]; it becomes part of this module.</param>
    /// <exception cref="ArgumentException">The encoder reads another number of features, or tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size out of range.</exception>
    public TokenEncoder(long vocabulary, long dimension, SequenceEncoder encoder)
        : base(nameof(TokenEncoder), null, WidthOf(encoder))
    {
        Require.AtLeast(2, vocabulary);
        Require.AtLeast(1, dimension);
        if (encoder.Features != dimension)
        {
            throw new ArgumentException(
                $"encoder must read {dimension} features per step, the dimension, but reads "
                + $"{encoder.Features?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "tokens"}.",
                nameof(encoder));
        }

        _vocabulary = vocabulary;
        _encoder = encoder;
        Embedding = nn.Embedding(vocabulary, dimension, padding_idx: 0);
        register_module("embedding", Embedding);
        register_module("encoder", encoder);
    }

    /// <summary>The vectors, [vocabulary, dimension]. To begin with known ones, such as GloVe's, copy them into its weight and
    /// leave row 0 zero.</summary>
    public Embedding Embedding { get; }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input, Tensor? lengths)
    {
        var tokens = new SequenceLengths(lengths, input.shape[1]).Clear(input);
        var unknown = tokens.lt(0).logical_or(tokens.ge(_vocabulary));
        if (input.device.type == DeviceType.CPU)
        {
            Check(tokens, unknown);
            return Encode(tokens, lengths);
        }

        return Encode(tokens.masked_fill(unknown, 0), lengths).masked_fill(unknown.any(1, keepdim: true), double.NaN);
    }

    private static long WidthOf(SequenceEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        return encoder.Width;
    }

    private void Check(Tensor input, Tensor unknown)
    {
        using var scope = NewDisposeScope();
        if (unknown.any().item<bool>())
        {
            long place = unknown.to(ScalarType.Int64).argmax().item<long>();
            throw new ArgumentException(
                $"input of {GetName()} must hold tokens in [0, {_vocabulary}), but holds "
                + $"{input.flatten()[place].item<long>()} in sequence {place / input.shape[1]}, step {place % input.shape[1]}.",
                nameof(input));
        }
    }

    private Tensor Encode(Tensor tokens, Tensor? lengths) => _encoder.call(Embedding.call(tokens), lengths!);
}
