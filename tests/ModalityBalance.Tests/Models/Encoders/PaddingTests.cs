using ModalityBalance.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

/// <summary>Padding against the same sequences one by one, without any.</summary>
public class PaddingTests
{
    public static TheoryData<string, double> Paddings()
    {
        var data = new TheoryData<string, double>();
        foreach (string name in SequenceSamples.Names)
        {
            // Tokens have no NaN; a number outside the vocabulary stands for it.
            double[] fillers = name.StartsWith("token", StringComparison.Ordinal) ? [0, 3, -8] : [0, 1e30, double.NaN];
            foreach (double filler in fillers)
            {
                data.Add(name, filler);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Paddings))]
    public void Padded_sequences_are_encoded_and_learned_as_each_is_by_itself(string name, double filler)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name, ScalarType.Float64);
        var sequences = SequenceSamples.Sequences(encoder, ScalarType.Float64);

        var alone = Run(encoder, () => cat([.. sequences.Select(sequence => encoder.call(sequence))]));

        foreach (long time in new[] { 5, 12 })
        {
            Compare(Run(encoder, Padded(encoder, sequences, time, filler)), alone, 1e-12);
        }
    }

    [Theory]
    [MemberData(nameof(Paddings))]
    public void Longer_padding_changes_nothing_in_single_precision(string name, double filler)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name);
        var sequences = SequenceSamples.Sequences(encoder);

        var expected = Run(encoder, Padded(encoder, sequences, 5, 0));

        Compare(Run(encoder, Padded(encoder, sequences, 5, filler)), expected, 0);
        Compare(Run(encoder, Padded(encoder, sequences, 12, filler)), expected, 1e-6);
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("lstm")]
    [InlineData("transformer")]
    public void The_gradient_of_the_input_is_zero_in_the_padding(string name)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name);
        var input = SequenceSamples.Padded(SequenceSamples.Sequences(encoder), 6, double.NaN).requires_grad_();

        encoder.call(input, tensor(SequenceSamples.Lengths)).square().sum().backward();

        var zero = input.grad!.eq(0).all(2);
        var padding = arange(6).unsqueeze(0).ge(tensor(SequenceSamples.Lengths).unsqueeze(1));
        zero.IsSame(padding).Should().BeTrue();
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("lstm")]
    [InlineData("transformer")]
    [InlineData("tokens")]
    public void A_sequence_without_lengths_is_full_length(string name)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name, ScalarType.Float64);
        var input = SequenceSamples.Padded(SequenceSamples.Sequences(encoder, ScalarType.Float64), 5, 1);

        var full = encoder.call(input);

        Distance(full, encoder.call(input, tensor(new long[] { 5, 5, 5, 5 }))).Should().BeLessThan(1e-13);
        Distance(full, encoder.call(input, tensor(SequenceSamples.Lengths))).Should().BeGreaterThan(1e-3);
    }

    [Fact]
    public void A_length_out_of_range_that_was_not_checked_gives_nan_for_its_sequence()
    {
        using var scope = NewDisposeScope();
        var states = rand(5, 3, 2);
        var lengths = new SequenceLengths(tensor(new long[] { 0, 1, 3, 4, -2 }), 3);

        foreach (var representation in new[] { lengths.Last(states), lengths.Mean(states) })
        {
            representation.isnan().any(1).data<bool>().Should().Equal(true, false, false, true, true);
            representation[1].IsSame(states[1, 0]).Should().BeTrue();
        }
    }

    private static Func<Tensor> Padded(SequenceEncoder encoder, Tensor[] sequences, long time, double filler) => () =>
        encoder.call(SequenceSamples.Padded(sequences, time, filler), tensor(SequenceSamples.Lengths));

    /// <summary>The representations, and the gradients of all parameters by name.</summary>
    private static Dictionary<string, Tensor> Run(SequenceEncoder encoder, Func<Tensor> encode)
    {
        encoder.zero_grad();
        var output = encode();
        random.manual_seed(9);
        (output * randn_like(output)).sum().backward();
        var found = encoder.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        found.Add("representation", output.detach());
        return found;
    }

    private static void Compare(Dictionary<string, Tensor> actual, Dictionary<string, Tensor> expected, double tolerance)
    {
        foreach (var (name, value) in expected)
        {
            // Of the largest element: gradients of sums over steps are larger than 1, and float32 rounds at 6e-8 of them.
            double scale = Math.Max(1, value.abs().max().ToDouble());
            Distance(actual[name], value).Should().BeLessThanOrEqualTo(tolerance * scale, name);
        }
    }

    private static double Distance(Tensor a, Tensor b) => (a - b).abs().max().ToDouble();
}
