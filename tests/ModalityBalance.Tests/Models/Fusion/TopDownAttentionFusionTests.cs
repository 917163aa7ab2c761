using ModalityBalance.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models.Fusion;

public class TopDownAttentionFusionTests
{
    [Fact]
    public void It_is_what_its_equations_say()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();
        var (image, text) = (randn(1, 2, 3, ScalarType.Float64), randn(1, 4, ScalarType.Float64));
        var weights = fusion.state_dict().ToDictionary(
            entry => entry.Key, entry => entry.Value.to(ScalarType.Float64).data<double>().ToArray());

        double[] actual = fusion.Fuse([image, text], null).data<double>().ToArray();

        double[][] regions = [image[0, 0].data<double>().ToArray(), image[0, 1].data<double>().ToArray()];
        double[] query = text[0].data<double>().ToArray();
        double[] scores = [.. regions.Select(region => Linear("score", Product(Gated("attention_0", region), Gated("attention_1", query)))[0])];
        double[] share = [.. scores.Select(score => Math.Exp(score) / scores.Sum(Math.Exp))];
        double[] attended = [.. Enumerable.Range(0, 3).Select(i => (share[0] * regions[0][i]) + (share[1] * regions[1][i]))];
        double[] joint = Product(Gated("joint_1", query), Gated("joint_0", attended));
        double[] hidden = [.. Linear("classifier.0", joint).Select(value => Math.Max(0, value))];
        double[] expected = Linear("classifier.3", hidden);
        actual.Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);

        double[] Gated(string name, double[] input)
        {
            double[] direction = weights[$"{name}.direction.weight"];
            double scale = weights[$"{name}.length"][0] / Math.Sqrt(direction.Sum(value => value * value));
            return [.. Apply([.. direction.Select(value => scale * value)], weights[$"{name}.direction.bias"], input)
                .Select(value => Math.Max(0, value))];
        }

        double[] Linear(string name, double[] input) => Apply(weights[$"{name}.weight"], weights[$"{name}.bias"], input);
    }

    [Fact]
    public void A_single_region_gets_all_the_attention_and_gives_it_no_gradient()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();
        var (image, text) = (randn(2, 3, ScalarType.Float64), randn(2, 4, ScalarType.Float64));

        fusion.Fuse([image, text], null).sum().backward();

        foreach (var (name, parameter) in fusion.named_parameters().Where(p => p.name.StartsWith("attention", StringComparison.Ordinal)))
        {
            parameter.grad!.abs().max().item<double>().Should().BeLessThan(1e-15, name);
        }
    }

    [Fact]
    public void Absent_modalities_count_as_zeros_whatever_they_hold()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();
        var (image, text) = (randn(2, 2, 3, ScalarType.Float64), randn(2, 4, ScalarType.Float64));
        var present = tensor(new[,] { { false, true }, { true, false } });
        var (broken, silent) = (image.clone(), text.clone());
        broken[0] = double.NaN;
        silent[1] = double.NaN;

        var fused = fusion.Fuse([broken, silent], present);

        image[0] = 0;
        text[1] = 0;
        (fused - fusion.Fuse([image, text], null)).abs().max().item<double>().Should().Be(0);
    }

    [Fact]
    public void Dropout_acts_in_training_alone_and_sizes_out_of_range_are_refused()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();
        var z = new[] { randn(2, 2, 3, ScalarType.Float64), randn(2, 4, ScalarType.Float64) };
        fusion.train();
        random.manual_seed(1);

        fusion.Fuse(z, null).data<double>().ToArray().Should().NotEqual(fusion.Fuse(z, null).data<double>().ToArray());
        FluentActions.Invoking(() => new TopDownAttentionFusion([3, 4, 5], 2)).Should().Throw<ArgumentException>()
            .WithMessage("widths must hold two sizes*");
        FluentActions.Invoking(() => new TopDownAttentionFusion([3, 4], 2, dropout: 1)).Should().Throw<ArgumentException>()
            .WithMessage("dropout must lie in [0, 1), but is 1.*");
        FluentActions.Invoking(() => fusion.Fuse([z[0], randn(2, 1, 4, ScalarType.Float64)], null)).Should()
            .Throw<ArgumentException>().WithMessage("representations[1] must have shape [2, 4], but has [2, 1, 4].");
    }

    private static TopDownAttentionFusion Fusion()
    {
        random.manual_seed(3);
        var fusion = new TopDownAttentionFusion([3, 4], 2, width: 5);
        fusion.to(ScalarType.Float64);
        fusion.eval();
        return fusion;
    }

    private static double[] Apply(double[] weight, double[] bias, double[] input) => [.. bias.Select((b, row) =>
        b + input.Select((value, column) => value * weight[(row * input.Length) + column]).Sum())];

    private static double[] Product(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a * b)];
}
