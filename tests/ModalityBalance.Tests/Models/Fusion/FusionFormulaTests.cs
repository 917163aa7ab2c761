using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

/// <summary>Each formula with weights small enough for a calculation by hand.</summary>
public class FusionFormulaTests
{
    // Numbers below 100 in single precision, a few roundings each.
    private const float Tolerance = 1e-4f;

    private static readonly float Ln3 = MathF.Log(3);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Film_scales_and_shifts_the_features_of_the_other_modality(int conditioning)
    {
        using var scope = NewDisposeScope();
        var fusion = new FilmFusion(conditioning == 0 ? [1, 2] : [2, 1], 1, conditioning);
        Set(fusion, "generator.weight", 1, 2, 3, 4);
        Set(fusion, "generator.bias", 0, 0, 1, -1);
        Set(fusion, "classifier.weight", 1, -1);
        Set(fusion, "classifier.bias", 0.5f);
        var (a, b) = (Row(2), Row(3, 5));

        var fused = fusion.Fuse(conditioning == 0 ? [a, b] : [b, a], null);

        // gamma (2, 4), beta (7, 7): features (13, 27).
        fused.item<float>().Should().BeApproximately(-13.5f, Tolerance);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_gate_weighs_the_projection_of_the_other_modality(int gate)
    {
        using var scope = NewDisposeScope();
        var fusion = new GatedFusion([1, 1], 1, width: 2, gate);
        Set(fusion, $"projection_{gate}.weight", 1, -1);
        Set(fusion, $"projection_{gate}.bias", 0, 0);
        Set(fusion, $"projection_{1 - gate}.weight", 2, 4);
        Set(fusion, $"projection_{1 - gate}.bias", 0, -4);
        Set(fusion, "classifier.weight", 1, 10);
        Set(fusion, "classifier.bias", 1);

        var fused = fusion.Fuse(gate == 0 ? [Row(Ln3), Row(2)] : [Row(2), Row(Ln3)], null);

        // The gate (3/4, 1/4) on (4, 4).
        fused.item<float>().Should().BeApproximately(14, Tolerance);
    }

    [Fact]
    public void Attention_mixes_the_values_of_all_modalities_that_are_there()
    {
        using var scope = NewDisposeScope();
        var fusion = new CrossAttentionFusion([1, 1], 1, width: 4, normalize: false);
        Set(fusion, "projection_0.weight", Ln3, Ln3, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0);
        Set(fusion, "projection_1.weight", 0, 0, 0, 0, 0.5f, 0.5f, 0, 0, 4, 0, 0, 0);
        Set(fusion, "projection_0.bias", new float[12]);
        Set(fusion, "projection_1.bias", new float[12]);
        Set(fusion, "classifier.weight", 1, 0, 0, 0, 10, 0, 0, 0);
        Set(fusion, "classifier.bias", 0);
        Tensor[] z = [cat([Row(1), Row(1), Row(1)]), cat([Row(2), Row(2), Row(2)])];
        var present = tensor(new[] { true, true, true, false, false, true }, [3, 2]);

        var fused = fusion.Fuse(z, present);

        // Values 4 and 8. The first modality's scores are 0 and ln 3 (2 ln 3 over the root of 4): 1 + 6. The second
        // one's are equal: 2 + 4. Alone, each attends to itself.
        fused.data<float>().ToArray().Should().SatisfyRespectively(
            both => both.Should().BeApproximately(7 + 60, Tolerance),
            first => first.Should().BeApproximately(4, Tolerance),
            second => second.Should().BeApproximately(80, Tolerance));
    }

    [Fact]
    public void Attention_over_three_modalities_passes_over_an_absent_one()
    {
        using var scope = NewDisposeScope();
        var fusion = new CrossAttentionFusion([4, 3, 2], 3);
        var present = tensor(new[] { true, false, true }, [1, 3]);
        var (first, third) = (rand(1, 4), rand(1, 2));

        var clean = fusion.Fuse([first, zeros(1, 3), third], present);
        var dirty = fusion.Fuse([first, full(1, 3, float.NaN), third], present);

        dirty.eq(clean).all().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Normalized_attention_does_not_see_the_size_of_the_values()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var fusion = new CrossAttentionFusion([4, 3], 2, width: 6);
        Tensor[] z = [rand(5, 4), rand(5, 3)];
        var before = fusion.Fuse(z, null);
        using (no_grad())
        {
            foreach (var (name, parameter) in fusion.named_parameters().Where(p => p.name.StartsWith("projection", StringComparison.Ordinal)))
            {
                parameter.narrow(0, 12, 6).mul_(7); // the values come after queries and keys
            }
        }

        (fusion.Fuse(z, null) - before).abs().max().item<float>().Should().BeLessThan(1e-3f, "the norm's epsilon is 1e-5");
        new CrossAttentionFusion([4, 3], 2, width: 6, normalize: false).named_parameters().Should().HaveCount(6);
    }

    [Fact]
    public void Film_modulates_the_concatenation_of_all_others()
    {
        using var scope = NewDisposeScope();
        var fusion = new FilmFusion([1, 1, 1], 1, conditioning: 1);
        Set(fusion, "generator.weight", 1, 2, 0, 0);
        Set(fusion, "generator.bias", 0, 0, 5, 7);
        Set(fusion, "classifier.weight", 1, 10);
        Set(fusion, "classifier.bias", 0);

        // Scales (3, 6) and shifts (5, 7) on (2, 4): 11 and 31.
        fusion.Fuse([Row(2), Row(3), Row(4)], null).item<float>().Should().BeApproximately(11 + 310, Tolerance);
    }

    [Fact]
    public void A_gate_acts_on_every_other_modality()
    {
        using var scope = NewDisposeScope();
        var fusion = new GatedFusion([1, 1, 1], 1, width: 1, gate: 2);
        for (int m = 0; m < 3; m++)
        {
            Set(fusion, $"projection_{m}.weight", 1);
            Set(fusion, $"projection_{m}.bias", 0);
        }

        Set(fusion, "classifier.weight", 1, 10);
        Set(fusion, "classifier.bias", 0);

        // sigmoid(ln 3) = 3/4 on 4 and 8.
        fusion.Fuse([Row(4), Row(8), Row(Ln3)], null).item<float>().Should().BeApproximately(3 + 60, Tolerance);
    }

    [Fact]
    public void Unusable_options_are_named()
    {
        ((Action)(() => _ = new FilmFusion([4, 3], 3, conditioning: 2)))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("conditioning must lie in [0, 1]*2*");
        ((Action)(() => _ = new GatedFusion([4, 3], 3, gate: -1)))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("gate must lie in [0, 1]*-1*");
        ((Action)(() => _ = new GatedFusion([4, 3], 3, width: 0)))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage("*width*0*");
    }

    private static Tensor Row(params float[] values) => tensor(values, [1, values.Length]);

    private static void Set(FusionModule fusion, string name, params float[] values)
    {
        using var unrecorded = no_grad();
        var parameter = fusion.named_parameters().Single(p => p.name == name).parameter;
        parameter.copy_(tensor(values, parameter.shape));
    }
}
