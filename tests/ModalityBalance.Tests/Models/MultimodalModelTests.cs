using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

public class MultimodalModelTests
{
    [Theory]
    [InlineData(2, "late")]
    [InlineData(3, "concat")]
    [InlineData(4, "sum")]
    public void Every_parameter_belongs_to_one_encoder_or_is_shared(int modalities, string fusion)
    {
        using var model = Toy.Model(modalities, fusion);
        IMultimodalModel parts = model;

        var owned = Enumerable.Range(0, modalities).SelectMany(parts.EncoderParameters)
            .Concat(model.SharedParameters()).ToArray();

        owned.Should().OnlyHaveUniqueItems().And.BeEquivalentTo(model.parameters());
    }

    [Fact]
    public void State_keys_name_encoder_fusion_and_head()
    {
        using var model = Toy.Model(2, "concat");

        model.state_dict().Keys.Select(key => key.Split('.')[0]).Distinct()
            .Should().BeEquivalentTo("encoder_m0", "encoder_m1", "fusion", "head_m0", "head_m1");
    }

    [Fact]
    public void Its_state_survives_a_file()
    {
        using var scope = NewDisposeScope();
        using var saved = Toy.Model(seed: 1);
        using var loaded = Toy.Model(seed: 2);
        using var file = new MemoryStream();
        using (var writer = new BinaryWriter(file, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            saved.save(writer);
        }

        file.Position = 0;
        loaded.load(new BinaryReader(file));

        Toy.State(loaded).Should().BeEquivalentTo(Toy.State(saved));
    }

    [Fact]
    public void An_encoder_may_read_tokens_and_their_mask()
    {
        using var scope = NewDisposeScope();
        using var model = new MultimodalModel(
            [new ModalityEncoder("text", new MaskedMean()), new ModalityEncoder("sound", new Mlp(6, 4))],
            new LateFusion([4, 4], 3));
        var tokens = rand(2, 7, 4);
        var mask = zeros(2, 7);
        mask[TensorIndex.Colon, 0] = 1;

        model.Encode(0, new ModalityInput(tokens, mask)).allclose(tokens[TensorIndex.Colon, 0]).Should().BeTrue();
        model.Invoking(m => m.Encode(0, tokens)).Should().Throw<ArgumentException>().WithMessage("*'text'*2*holds 1*");
    }

    [Fact]
    public void Impossible_compositions_are_named()
    {
        ModalityEncoder Encoder(string name) => new(name, new Mlp(6, 5));
        var two = new LateFusion([5, 5], 3);

        ((Action)(() => _ = new MultimodalModel([Encoder("a")], two)))
            .Should().Throw<ArgumentException>().WithMessage("*two modalities, but holds 1*");
        ((Action)(() => _ = new MultimodalModel([Encoder("a"), Encoder("a")], two)))
            .Should().Throw<ArgumentException>().WithMessage("*'a' stands 2 times*");
        ((Action)(() => _ = new MultimodalModel([Encoder("a"), Encoder("b"), Encoder("c")], two)))
            .Should().Throw<ArgumentException>().WithMessage("*fusion must take 3*takes 2*");
        ((Action)(() => _ = new MultimodalModel([Encoder("a"), Encoder("b")], two, [nn.Linear(5, 3)])))
            .Should().Throw<ArgumentException>().WithMessage("*heads*2, but holds 1*");
        ((Action)(() => Encoder("a.b"))).Should().Throw<ArgumentException>().WithMessage("*dot*'a.b'*");
    }

    [Fact]
    public void One_encoder_for_two_modalities_is_refused_and_one_head_is_not()
    {
        var (shared, head) = (new Mlp(6, 5), nn.Linear(5, 3));
        ((Action)(() => _ = new MultimodalModel(
            [new ModalityEncoder("a", shared), new ModalityEncoder("b", shared)], new LateFusion([5, 5], 3))))
            .Should().Throw<ArgumentException>().WithMessage("*module each*'a' and 'b'*");

        using var model = new MultimodalModel(
            [new ModalityEncoder("a", shared), new ModalityEncoder("b", new Mlp(6, 5))],
            new ConcatFusion([5, 5], 3),
            [head, head]);

        model.SharedParameters().Should().OnlyHaveUniqueItems().And.Contain(head.parameters());
        model.parameters().Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void A_presence_mask_outlives_the_scope_of_its_tensor()
    {
        var mask = new PresenceMask(new[,] { { true, false }, { true, true } });
        for (int i = 0; i < 2; i++)
        {
            using var scope = NewDisposeScope();
            mask.Values.data<bool>().ToArray().Should().Equal(true, false, true, true);
        }

        mask.Rows(1).Should().Equal(1L);
    }

    [Fact]
    public void Batches_must_fit_together()
    {
        using var scope = NewDisposeScope();
        ((Action)(() => _ = new MultimodalBatch([rand(4, 6), rand(5, 6)], zeros(4))))
            .Should().Throw<ArgumentException>().WithMessage("inputs[1]*4, but holds 5*");
        ((Action)(() => _ = new MultimodalBatch([rand(4, 6)], zeros(4))))
            .Should().Throw<ArgumentException>().WithMessage("*two modalities*1*");
        ((Action)(() => _ = new MultimodalBatch([rand(0, 6), rand(0, 6)], zeros(0))))
            .Should().Throw<ArgumentException>().WithMessage("*at least one sample*");
        ((Action)(() => _ = new MultimodalBatch([rand(4, 6), rand(4, 6)], zeros(4), new PresenceMask(new bool[4, 3]))))
            .Should().Throw<ArgumentException>().WithMessage("present*2 modalities*3*");
        ((Action)(() => _ = new MultimodalBatch([rand(4, 6), rand(4, 6)], zeros(4), null, [0, 1])))
            .Should().Throw<ArgumentException>().WithMessage("sampleIndices*4, but holds 2*");
    }

    private sealed class MaskedMean() : nn.Module<Tensor, Tensor, Tensor>(nameof(MaskedMean))
    {
        public override Tensor forward(Tensor tokens, Tensor mask) =>
            (tokens * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim: true);
    }
}
