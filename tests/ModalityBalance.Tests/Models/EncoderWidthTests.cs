using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

/// <summary>Fusions and heads made for the widths of encoders.</summary>
public class EncoderWidthTests
{
    [Fact]
    public void Encoders_of_the_library_say_their_width_and_others_are_told()
    {
        using var own = nn.Linear(4, 7);

        new ModalityEncoder("image", new SmallCnn()).Width.Should().Be(64);
        new ModalityEncoder("sequence", new RecurrentEncoder(inputs: 3, width: 5)).Width.Should().Be(5);
        new ModalityEncoder("own", own).Width.Should().BeNull();
        new ModalityEncoder("own", own) { Width = 7 }.Width.Should().Be(7);
    }

    [Fact]
    public void A_fusion_is_made_for_the_widths_with_a_linear_head_per_encoder()
    {
        using var scope = NewDisposeScope();
        using var own = nn.Linear(4, 7);
        using var model = new MultimodalModel(
            [new("vector", new Mlp(6, 5)), new("own", own) { Width = 7 }],
            widths => new ConcatFusion(widths, outputs: 3),
            linearHeads: true);

        model.Fusion.Widths.Should().Equal(5, 7);
        model.Fuse([model.Encode(0, randn(2, 6)), model.Encode(1, randn(2, 4))], null).shape.Should().Equal(2, 3);
        model.PredictUnimodal(1, randn(2, 7)).shape.Should().Equal(2, 3);
    }

    [Fact]
    public void Without_linear_heads_only_the_fusion_predicts_from_one_modality()
    {
        ModalityEncoder[] encoders = [new("first", new Mlp(6, 5)), new("second", new Mlp(4, 3))];

        using var late = new MultimodalModel(encoders, widths => new LateFusion(widths, outputs: 3));
        using var concat = new MultimodalModel(encoders, widths => new ConcatFusion(widths, outputs: 3));

        late.HasUnimodalHeads.Should().BeTrue();
        concat.HasUnimodalHeads.Should().BeFalse();
    }

    [Fact]
    public void Teachers_get_linear_heads()
    {
        using var scope = NewDisposeScope();
        using var teachers = new UnimodalEnsemble([new("first", new Mlp(6, 5)), new("second", new Mlp(4, 3))], outputs: 2);

        teachers.PredictUnimodal(0, randn(8, 5)).shape.Should().Equal(8, 2);
        teachers.PredictUnimodal(1, randn(8, 3)).shape.Should().Equal(8, 2);
    }

    [Fact]
    public void An_encoder_that_does_not_say_its_width_is_named()
    {
        using var own = nn.Linear(4, 7);
        ModalityEncoder[] encoders = [new("first", new Mlp(6, 5)), new("second", own)];
        const string Message = "encoders must say their widths, but that of 'second' is not known: set its Width.*";

        FluentActions.Invoking(() => new MultimodalModel(encoders, widths => new LateFusion(widths, 3)))
            .Should().Throw<ArgumentException>().WithMessage(Message);
        FluentActions.Invoking(() => new UnimodalEnsemble(encoders, outputs: 3))
            .Should().Throw<ArgumentException>().WithMessage(Message);
        FluentActions.Invoking(() => new UnimodalEnsemble(encoders[..1], outputs: 0))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*outputs must be at least 1, but is 0*");
    }
}
