using ModalityBalance.Models;
using ModalityBalance.Tests.Support;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

public class FusionTests
{
    private static readonly long[] Widths = [4, 3];

    public static TheoryData<string> All => ["late", "concat", "sum", "film", "gated", "attention"];

    [Fact]
    public void Late_fusion_is_the_mean_of_its_unimodal_predictions()
    {
        using var scope = NewDisposeScope();
        var fusion = new LateFusion(Widths, 3);
        Tensor[] z = [rand(5, 4), rand(5, 3)];

        var fused = fusion.Fuse(z, null);

        var mean = (fusion.PredictUnimodal(0, z[0]) + fusion.PredictUnimodal(1, z[1])) / 2;
        fused.allclose(mean).Should().BeTrue();
    }

    [Fact]
    public void Late_fusion_averages_over_the_modalities_that_are_there()
    {
        using var scope = NewDisposeScope();
        var fusion = new LateFusion(Widths, 3);
        Tensor[] z = [rand(3, 4), rand(3, 3)];
        var present = tensor(new[] { true, true, true, false, false, false }, [3, 2]);

        var fused = fusion.Fuse(z, present);

        fused[1].allclose(fusion.PredictUnimodal(0, z[0])[1]).Should().BeTrue();
        fused[2].abs().sum().item<float>().Should().Be(0, "a sample without any modality predicts nothing");
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_an_absent_modality_holds_never_reaches_the_prediction(string name)
    {
        using var scope = NewDisposeScope();
        var fusion = Toy.Fusion(name, Widths);
        var present = tensor(new[] { true, false }, [1, 2]);
        var z = rand(1, 4);

        var clean = fusion.Fuse([z, zeros(1, 3)], present);
        var dirty = fusion.Fuse([z, full(1, 3, float.NaN)], present);

        dirty.eq(clean).all().item<bool>().Should().BeTrue();
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_an_absent_modality_holds_never_reaches_a_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var fusion = Toy.Fusion(name, Widths);
        var absent = full(1, 3, float.NaN).requires_grad_();

        fusion.Fuse([rand(1, 4), absent], tensor(new[] { true, false }, [1, 2])).sum().backward();

        absent.grad!.eq(0).all().item<bool>().Should().BeTrue();
        fusion.parameters().Should().OnlyContain(p => p.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_sample_without_any_modality_has_a_finite_prediction_and_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var fusion = Toy.Fusion(name, Widths);
        Tensor[] z = [full(1, 4, float.NaN), full(1, 3, float.NaN)];

        var fused = fusion.Fuse(z, tensor(new[] { false, false }, [1, 2]));
        fused.sum().backward();

        fused.isfinite().all().item<bool>().Should().BeTrue();
        fusion.parameters().Should().OnlyContain(p => p.grad!.isfinite().all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Every_fusion_uses_every_modality(string name)
    {
        using var scope = NewDisposeScope();
        var fusion = Toy.Fusion(name, Widths);
        Tensor[] z = [rand(2, 4).requires_grad_(), rand(2, 3).requires_grad_()];

        fusion.Fuse(z, null).sum().backward();

        z.Should().OnlyContain(leaf => leaf.grad!.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Sum_and_concatenation_are_linear_layers_on_all_features()
    {
        using var scope = NewDisposeScope();
        new ConcatFusion(Widths, 3).parameters().Sum(p => p.numel()).Should().Be(((4 + 3) * 3) + 3);
        new SumFusion(Widths, 3).parameters().Sum(p => p.numel()).Should().Be(((4 + 3) * 3) + (2 * 3));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Unequal_batches_are_named(string name)
    {
        var act = () => Toy.Fusion(name, Widths).Fuse([rand(5, 4), rand(6, 3)], null);

        act.Should().Throw<ArgumentException>().WithMessage("representations[1] must have shape [5, 3]*[6, 3]*");
    }

    [Fact]
    public void A_missing_representation_is_counted()
    {
        var act = () => new LateFusion(Widths, 3).Fuse([rand(5, 4)], null);

        act.Should().Throw<ArgumentException>().WithMessage("*one per modality, 2, but holds 1*");
    }

    [Fact]
    public void A_fusion_without_unimodal_predictions_says_so()
    {
        var fusion = new ConcatFusion(Widths, 3);

        fusion.PredictsUnimodal.Should().BeFalse();
        fusion.Invoking(f => f.PredictUnimodal(0, rand(1, 4)))
            .Should().Throw<InvalidOperationException>().WithMessage("*ConcatFusion*heads*");
    }

    [Fact]
    public void Sizes_below_one_are_refused()
    {
        ((Action)(() => _ = new LateFusion([4], 3))).Should().Throw<ArgumentException>().WithMessage("*two sizes*");
        ((Action)(() => _ = new SumFusion([4, 0], 3))).Should().Throw<ArgumentException>().WithMessage("*[4, 0]*");
        ((Action)(() => _ = new ConcatFusion([4, 3], 0))).Should().Throw<ArgumentException>().WithMessage("*outputs*");
    }
}
