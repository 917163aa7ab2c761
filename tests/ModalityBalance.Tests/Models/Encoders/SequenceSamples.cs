using ModalityBalance.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

/// <summary>Small encoders of sequences by name, and sequences for them.</summary>
internal static class SequenceSamples
{
    public const long Features = 3;
    public const long Vocabulary = 7;
    public const long Width = 4;

    public static readonly string[] Names =
        ["gru", "lstm", "lstm of two layers", "transformer", "tokens", "token transformer"];

    /// <summary>Lengths of the sequences of a batch; the longest has five steps.</summary>
    public static readonly long[] Lengths = [5, 3, 1, 4];

    public static SequenceEncoder Encoder(string name, ScalarType dtype = ScalarType.Float32, int seed = 1)
    {
        random.manual_seed(seed);
        SequenceEncoder encoder = name switch
        {
            "gru" => new RecurrentEncoder(Features, Width),
            "lstm" => new RecurrentEncoder(Features, Width, RecurrentCell.LSTM),
            "lstm of two layers" => new RecurrentEncoder(Features, Width, RecurrentCell.LSTM, layers: 2),
            "transformer" => new SequenceTransformer(Features, Width, layers: 2, heads: 2),
            "tokens" => new TokenEncoder(Vocabulary, Features, new RecurrentEncoder(Features, Width)),
            "token transformer" => new TokenEncoder(
                Vocabulary, Features, new SequenceTransformer(Features, Width, layers: 1, heads: 1)),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name),
        };
        encoder.to(dtype);
        return encoder;
    }

    /// <summary>The sequences without padding, each [1, length, features] or [1, length].</summary>
    public static Tensor[] Sequences(SequenceEncoder encoder, ScalarType dtype = ScalarType.Float32)
    {
        random.manual_seed(2);
        return [.. Lengths.Select(length => encoder is TokenEncoder
            ? randint(1, Vocabulary, [1, length], ScalarType.Int64)
            : randn(1, length, Features, dtype: dtype))];
    }

    /// <summary>The sequences as one batch of <paramref name="time"/> steps whose padding holds <paramref
    /// name="filler"/>.</summary>
    public static Tensor Padded(Tensor[] sequences, long time, double filler)
    {
        return cat([.. sequences.Select(One)]);

        Tensor One(Tensor sequence) =>
            cat([sequence, full([1, time - sequence.shape[1], .. sequence.shape[2..]], filler, sequence.dtype)], 1);
    }

    /// <summary>Whether shape and every value are the same.</summary>
    public static bool IsSame(this Tensor tensor, Tensor other) =>
        tensor.shape.SequenceEqual(other.shape) && tensor.eq(other).all().item<bool>();
}
