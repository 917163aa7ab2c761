using ModalityBalance.Data;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

public class SequenceEncoderTests
{
    public static TheoryData<string> Names => [.. SequenceSamples.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_representation_has_the_width_whatever_batch_and_time(string name)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name);

        encoder.Width.Should().Be(SequenceSamples.Width);
        foreach (var (batch, time) in new[] { (1, 1), (1, 6), (4, 5), (0, 3) })
        {
            encoder.call(Any(name, batch, time)).shape.Should().Equal(batch, encoder.Width);
            encoder.call(Any(name, batch, time), ones(batch, ScalarType.Int64)).shape.Should().Equal(batch, encoder.Width);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_parameter_gets_a_gradient(string name)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name);
        var input = SequenceSamples.Padded(SequenceSamples.Sequences(encoder), 6, 0);

        (encoder.call(input, tensor(SequenceSamples.Lengths)) * randn(4, encoder.Width)).sum().backward();

        encoder.parameters().Should().HaveCountGreaterThan(3);
        foreach (var (parameter, value) in encoder.named_parameters())
        {
            value.grad!.abs().sum().item<float>().Should().BePositive(parameter).And.BeLessThan(float.MaxValue, parameter);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_state_moves_to_another_instance(string name)
    {
        using var scope = NewDisposeScope();
        using var first = SequenceSamples.Encoder(name, seed: 1);
        using var second = SequenceSamples.Encoder(name, seed: 2);
        var input = SequenceSamples.Padded(SequenceSamples.Sequences(first), 6, 0);
        var lengths = tensor(SequenceSamples.Lengths);
        first.call(input, lengths).IsSame(second.call(input, lengths)).Should().BeFalse();

        second.load_state_dict(first.state_dict());

        first.call(input, lengths).IsSame(second.call(input, lengths)).Should().BeTrue();
        first.state_dict().Keys.Should().BeEquivalentTo(first.named_parameters().Select(parameter => parameter.name));
    }

    [Theory]
    [InlineData("gru")]
    [InlineData("transformer")]
    public void Dropout_acts_in_training_only(string name)
    {
        using var scope = NewDisposeScope();
        using SequenceEncoder encoder = name == "gru"
            ? new RecurrentEncoder(3, 64, dropout: 0.5)
            : new SequenceTransformer(3, 64, layers: 1, heads: 1, dropout: 0.5);
        var input = rand(2, 4, 3);

        encoder.call(input).IsSame(encoder.call(input)).Should().BeFalse();
        encoder.eval();
        encoder.call(input).IsSame(encoder.call(input)).Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_modality_takes_sequences_with_or_without_lengths(string name)
    {
        using var scope = NewDisposeScope();
        var encoder = SequenceSamples.Encoder(name);
        var modality = new ModalityEncoder("text", encoder);
        var (input, lengths) = (Any(name, 2, 4), tensor(new long[] { 4, 2 }));

        modality.Encode(input).IsSame(encoder.call(input)).Should().BeTrue();
        modality.Encode(new ModalityInput(input, lengths)).IsSame(encoder.call(input, lengths)).Should().BeTrue();
        modality.Invoking(m => m.Encode(new ModalityInput(input, lengths, lengths))).Should().Throw<ArgumentException>()
            .WithMessage("input of modality 'text' must hold 1 or 2 tensor(s), but holds 3.*");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Unfit_inputs_are_named(string name)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name);
        bool tokens = encoder is TokenEncoder;
        string rule = tokens ? "Int64 [batch, time]" : "floating point [batch, time, 3]";
        Tensor[] unfit = tokens
            ? [rand(2, 5), ones(2, 5, 3, ScalarType.Int64), ones(2, 0, ScalarType.Int64), ones(2, 5, ScalarType.Int32)]
            : [rand(2, 5), rand(2, 5, 4), rand(2, 0, 3), ones(2, 5, 3, ScalarType.Int64)];

        foreach (var input in unfit)
        {
            encoder.Invoking(e => e.call(input)).Should().Throw<ArgumentException>().WithMessage(
                $"input of {encoder.GetName()} must be {rule} with at least one step, but is {input.dtype} *");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Unfit_lengths_are_named(string name)
    {
        using var scope = NewDisposeScope();
        using var encoder = SequenceSamples.Encoder(name);

        Throws(tensor(new[] { 4, 2 }), "must be Int64 [2] on cpu, one per sequence, but is Int32 [2] on cpu");
        Throws(tensor(new[] { 4f, 2 }), "*Float32*");
        Throws(tensor(new long[] { 4, 2, 1 }), "*but is Int64 [3] on cpu");
        Throws(ones(2, 1, ScalarType.Int64), "*but is Int64 [2, 1] on cpu");
        Throws(ones(2, ScalarType.Int64, device: META), "*but is Int64 [2] on meta");
        Throws(tensor(new long[] { 4, 5 }), "must lie in [1, 4], the steps of the input, but lengths[1] is 5");
        Throws(tensor(new long[] { 0, 5 }), "*lengths[0] is 0");
        Throws(tensor(new long[] { 1, -1 }), "*lengths[1] is -1");

        void Throws(Tensor lengths, string message) =>
            encoder.Invoking(e => e.call(Any(name, 2, 4), lengths)).Should().Throw<ArgumentException>()
                .WithMessage($"lengths of {encoder.GetName()} {message}.*").WithParameterName(nameof(lengths));
    }

    private static Tensor Any(string name, long batch, long time) => name.StartsWith("token", StringComparison.Ordinal)
        ? randint(1, SequenceSamples.Vocabulary, [batch, time], ScalarType.Int64)
        : randn(batch, time, SequenceSamples.Features);
}
