using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Strategies;
using ModalityBalance.Tasks;
using ModalityBalance.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models.Fusion;

public class BottleneckFusionTests
{
    private const int Width = 6;
    private const int Classes = 3;

    [Fact]
    public void One_present_modality_is_predicted_as_its_unimodal_prediction()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();
        var z = Tokens(4);
        var present = tensor(new[,] { { true, false }, { true, false }, { false, true }, { false, true } });

        var fused = fusion.Fuse(z, present);

        Close(fused.narrow(0, 0, 2), fusion.PredictUnimodal(0, z[0]).narrow(0, 0, 2));
        Close(fused.narrow(0, 2, 2), fusion.PredictUnimodal(1, z[1]).narrow(0, 2, 2));
    }

    [Fact]
    public void Absent_tokens_may_be_anything_and_a_sample_without_any_is_zero()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();
        var z = Tokens(3);
        var broken = new[] { z[0].clone(), z[1].detach().clone().requires_grad_() };
        using (no_grad())
        {
            broken[0][1] = float.NaN;
            broken[0][2] = float.NaN;
            broken[1][2] = float.NaN;
        }

        var present = tensor(new[,] { { true, true }, { false, true }, { false, false } });

        var fused = fusion.Fuse(broken, present);
        fused.narrow(0, 0, 2).sum().backward();

        Close(fused.narrow(0, 0, 2), fusion.Fuse(z, present).narrow(0, 0, 2));
        fused[2].abs().sum().item<double>().Should().Be(0);
        fusion.parameters().Where(p => p.grad is not null).Should().NotBeEmpty()
            .And.OnlyContain(p => p.grad!.isfinite().all().item<bool>());
        broken[1].grad![2].abs().sum().item<double>().Should().Be(0);
    }

    [Fact]
    public void A_modality_reaches_another_through_the_bottleneck_alone()
    {
        using var scope = NewDisposeScope();

        Reaches(Fusion()).Should().BeTrue();
        Reaches(Fusion(bottlenecks: 0)).Should().BeFalse();
        Reaches(Fusion(layers: 1)).Should().BeFalse("what one layer writes to the bottleneck is read in the next");

        static bool Reaches(BottleneckFusion fusion)
        {
            var z = Tokens(2);
            var changed = z[1].clone();
            using (no_grad())
            {
                changed.add_(randn_like(changed)); // a norm would not see a constant
            }

            // The first modality's own part of the prediction: twice the mean less the other's.
            return (Own(z[1]) - Own(changed)).abs().max().item<double>() > 1e-9;

            Tensor Own(Tensor other)
            {
                var leaf = z[0].detach().clone().requires_grad_();
                fusion.Fuse([leaf, other], null).sum().backward();
                return leaf.grad!;
            }
        }
    }

    [Fact]
    public void Without_a_bottleneck_it_is_the_mean_of_independent_transformers()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion(bottlenecks: 0);
        var z = Tokens(3);

        Close(fusion.Fuse(z, null), (fusion.PredictUnimodal(0, z[0]) + fusion.PredictUnimodal(1, z[1])) / 2);
    }

    [Fact]
    public void Modalities_that_change_places_with_their_weights_change_nothing()
    {
        using var scope = NewDisposeScope();
        var (fusion, swapped) = (Fusion(), Fusion());
        using (no_grad())
        {
            var parameters = fusion.named_parameters().ToDictionary(p => p.name, p => p.parameter);
            foreach (var (name, parameter) in swapped.named_parameters())
            {
                string from = name.StartsWith("blocks_0", StringComparison.Ordinal) ? "blocks_1" + name[8..]
                    : name.StartsWith("blocks_1", StringComparison.Ordinal) ? "blocks_0" + name[8..] : name;
                parameter.copy_(parameters[from]);
            }
        }

        var z = Tokens(3);

        Close(swapped.Fuse([z[1], z[0]], null), fusion.Fuse(z, null));
    }

    [Fact]
    public void The_gradient_at_the_tokens_is_that_of_differences()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();
        var z = Tokens(2);
        z[0].requires_grad_();
        fusion.Fuse(z, null).square().sum().backward();
        var gradient = z[0].grad!.clone();
        const double Step = 1e-6;
        using var noGrad = no_grad();
        foreach (long i in new long[] { 0, 7, 17, 23 })
        {
            double difference = (Value(Step) - Value(-Step)) / (2 * Step);
            gradient.flatten()[i].item<double>().Should().BeApproximately(difference, 1e-7);

            double Value(double step)
            {
                var moved = z[0].detach().clone();
                moved.view(-1)[i] = moved.view(-1)[i] + step;
                return fusion.Fuse([moved, z[1]], null).square().sum().item<double>();
            }
        }
    }

    [Fact]
    public void A_network_of_patches_trains_with_absent_modalities_and_its_class_token_is_probed()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        using var model = new MultimodalModel(
            [
                new ModalityEncoder("spectrogram", new PatchEncoder(1, 8, 4, patch: 4, features: Width, layers: 1, heads: 2)),
                new ModalityEncoder("image", new PatchEncoder(2, 4, 4, patch: 2, features: Width, layers: 1, heads: 2)),
            ],
            new BottleneckFusion(2, Width, Classes, heads: 2));
        var labels = arange(24, dtype: ScalarType.Int64).remainder(Classes);
        var mask = new bool[24, 2];
        for (int i = 0; i < 24; i++)
        {
            (mask[i, 0], mask[i, 1]) = (i % 5 != 0, i % 7 != 3);
        }

        var signal = labels.to(ScalarType.Float32).reshape(-1, 1, 1, 1);
        var data = new MultimodalDataset(
            [signal + (0.1 * randn(24, 1, 8, 4)), signal + (0.1 * randn(24, 2, 4, 4))],
            labels, new ClassificationTask(Classes), new PresenceMask(mask));
        var options = new TrainerOptions { Epochs = 40, Optimizer = made => optim.Adam(made.Root.parameters(), 0.01) };

        var result = new Trainer(model, new ClassificationTask(Classes), new MMPareto(), options).Fit(data.InOrder(12));

        result.Epochs[^1].Loss.Should().BeLessThan(0.5 * result.Epochs[0].Loss);
        ModalityProbes.Accuracies(model, new ClassificationTask(Classes), data.InOrder(12), data.InOrder(12), CPU)
            .Should().OnlyContain(accuracy => accuracy > 0.6);
        var z = model.Encode(0, data.Select([.. Enumerable.Range(0, 24).Select(i => (long)i)]).Inputs[0]);
        z.shape.Should().Equal(24, 3, Width);
        model.Pool(0, z).shape.Should().Equal(24, Width);
    }

    [Fact]
    public void Sizes_and_shapes_that_do_not_fit_are_refused()
    {
        using var scope = NewDisposeScope();
        var fusion = Fusion();

        Refused(() => new BottleneckFusion(2, 7, 3, heads: 2), "width must be a multiple of heads, 2, but is 7.*");
        Refused(() => new BottleneckFusion(1, 6, 3, heads: 2), "widths must hold at least two sizes*");
        Refused(() => new BottleneckFusion(2, 6, 3, layers: -1, heads: 2), "layers must be at least 0, but is -1.*");
        Refused(() => new PatchEncoder(1, 10, 8, patch: 4, features: 6, heads: 2),
            "height and width must be multiples of patch, 4, but are 10 and 8.*");
        Refused(() => fusion.Fuse([randn(2, 3, 5, ScalarType.Float64), Tokens(2)[1]], null),
            "representations[0] must have shape [2, 3, 6], but has [2, 3, 5].");
        Refused(() => fusion.Fuse([randn(2, 6, ScalarType.Float64), Tokens(2)[1]], null),
            "representations[0] must have shape [2, 1, 6], but has [2, 6].");

        static void Refused(Func<object> make, string message) =>
            FluentActions.Invoking(make).Should().Throw<ArgumentException>().WithMessage(message);
    }

    private static BottleneckFusion Fusion(int layers = 2, int bottlenecks = 2)
    {
        random.manual_seed(4);
        var fusion = new BottleneckFusion(2, Width, Classes, layers, bottlenecks, heads: 2);
        fusion.to(ScalarType.Float64);
        using var noGrad = no_grad();
        foreach (var (name, parameter) in fusion.named_parameters())
        {
            // The published classifier begins with zeros, which would hide everything.
            if (name == "classifier.weight")
            {
                parameter.copy_(randn(Classes, Width, ScalarType.Float64));
            }
        }

        return fusion;
    }

    /// <summary>Four tokens of the first modality, three of the second.</summary>
    private static Tensor[] Tokens(int batch)
    {
        random.manual_seed(5);
        return [randn(batch, 4, Width, ScalarType.Float64), randn(batch, 3, Width, ScalarType.Float64)];
    }

    private static void Close(Tensor actual, Tensor expected) =>
        (actual - expected).abs().max().item<double>().Should().BeLessThan(1e-13);
}
