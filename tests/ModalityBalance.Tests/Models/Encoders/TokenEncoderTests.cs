using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

public class TokenEncoderTests
{
    [Fact]
    public void Tokens_are_encoded_by_their_vectors()
    {
        using var scope = NewDisposeScope();
        using var inner = new RecurrentEncoder(3, 4);
        using var encoder = new TokenEncoder(7, 3, inner);
        var tokens = tensor(new long[,] { { 1, 6, 2, 0 }, { 5, 0, 0, 0 } });
        var lengths = tensor(new long[] { 3, 1 });

        var expected = inner.call(encoder.Embedding.weight!.index_select(0, tokens.flatten()).view(2, 4, 3), lengths);

        encoder.call(tokens, lengths).IsSame(expected).Should().BeTrue();
    }

    [Fact]
    public void The_padding_vector_stays_zero()
    {
        using var scope = NewDisposeScope();
        using var encoder = new TokenEncoder(4, 3, new RecurrentEncoder(3, 4));
        var optimizer = optim.SGD(encoder.parameters(), 0.5);
        var before = encoder.Embedding.weight!.detach().clone();

        encoder.call(tensor(new long[,] { { 0, 0, 1, 2 } })).sum().backward();
        optimizer.step();

        var after = encoder.Embedding.weight!;
        after[0].eq(0).all().item<bool>().Should().BeTrue();
        after.ne(before).any(1).data<bool>().Should().Equal(false, true, true, false);
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_named()
    {
        using var scope = NewDisposeScope();
        using var encoder = new TokenEncoder(4, 3, new RecurrentEncoder(3, 4));

        encoder.Invoking(e => e.call(tensor(new long[,] { { 1, 1, 1 }, { 1, 3, 4 } })))
            .Should().Throw<ArgumentException>().WithParameterName("input")
            .WithMessage("input of TokenEncoder must hold tokens in [0, 4), but holds 4 in sequence 1, step 2.*");
        encoder.Invoking(e => e.call(tensor(new long[,] { { 1, -1 } }), tensor(new long[] { 2 })))
            .Should().Throw<ArgumentException>().WithMessage("*holds -1 in sequence 0, step 1.*");
    }

    [Fact]
    public void Impossible_parts_are_refused()
    {
        using var recurrent = new RecurrentEncoder(3, 4);
        using var tokens = new TokenEncoder(4, 3, recurrent);

        ((Action)(() => _ = new TokenEncoder(1, 3, recurrent))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("vocabulary must be at least 2, but is 1.*");
        ((Action)(() => _ = new TokenEncoder(4, 0, recurrent))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("dimension must be at least 1, but is 0.*");
        ((Action)(() => _ = new TokenEncoder(4, 5, recurrent))).Should().Throw<ArgumentException>()
            .WithMessage("encoder must read 5 features per step, the dimension, but reads 3.*");
        ((Action)(() => _ = new TokenEncoder(4, 3, tokens))).Should().Throw<ArgumentException>()
            .WithMessage("encoder must read 3 features per step, the dimension, but reads tokens.*");
        ((Action)(() => _ = new TokenEncoder(4, 3, null!))).Should().Throw<ArgumentNullException>();
    }
}
