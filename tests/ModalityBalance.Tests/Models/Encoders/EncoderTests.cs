using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

public class EncoderTests
{
    [Fact]
    public void The_small_cnn_maps_images_of_any_size_to_64_features()
    {
        using var scope = NewDisposeScope();
        using var encoder = new SmallCnn();

        encoder.call(rand(2, 1, 28, 28)).shape.Should().Equal(2, 64);
        encoder.call(rand(3, 1, 32, 40)).shape.Should().Equal(3, encoder.Width);
        encoder.parameters().Sum(p => p.numel()).Should().Be(
            (9 * ((1 * 16) + (16 * 32) + (32 * 64) + (64 * 64))) + (2 * (16 + 32 + 64 + 64)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void ResNet18_takes_any_number_of_channels(long channels)
    {
        using var scope = NewDisposeScope();
        using var encoder = new ResNet18(channels);

        encoder.call(rand(2, channels, 64, 64)).shape.Should().Equal(2, 512);
        // 11,689,512 parameters with 3 channels and the 1000-class layer, in the paper's network.
        encoder.parameters().Sum(p => p.numel())
            .Should().Be(11_689_512 - ((512 + 1) * 1000) + ((channels - 3) * 64 * 49));
    }

    [Fact]
    public void ResNet18_names_its_parts_as_torchvision_does()
    {
        using var encoder = new ResNet18();
        var blocks =
            from stage in Enumerable.Range(1, 4)
            from block in Enumerable.Range(0, 2)
            from key in Layer($"layer{stage}.{block}.conv1", $"layer{stage}.{block}.bn1")
                .Concat(Layer($"layer{stage}.{block}.conv2", $"layer{stage}.{block}.bn2"))
                .Concat(stage > 1 && block == 0 ? Layer($"layer{stage}.0.downsample.0", $"layer{stage}.0.downsample.1") : [])
            select key;

        encoder.state_dict().Keys.Should().BeEquivalentTo(Layer("conv1", "bn1").Concat(blocks));

        static IEnumerable<string> Layer(string convolution, string norm) =>
        [
            $"{convolution}.weight", $"{norm}.weight", $"{norm}.bias", $"{norm}.running_mean", $"{norm}.running_var",
            $"{norm}.num_batches_tracked",
        ];
    }

    [Fact]
    public void An_mlp_has_no_activation_after_its_last_layer()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var encoder = new Mlp(4, 16, 5);

        var output = encoder.call(randn(64, 4));

        output.shape.Should().Equal(64, 5);
        output.lt(0).any().item<bool>().Should().BeTrue();
    }

    [Fact]
    public void Another_shape_is_named_before_anything_runs()
    {
        using var cnn = new SmallCnn();
        using var mlp = new Mlp(4, 5);

        cnn.Invoking(e => e.call(rand(2, 3, 28, 28))).Should().Throw<ArgumentException>()
            .WithMessage("*SmallCnn must have shape [batch, 1, any, any], but has [2, 3, 28, 28]*");
        cnn.Invoking(e => e.call(rand(28, 28))).Should().Throw<ArgumentException>().WithMessage("*[28, 28]*");
        mlp.Invoking(e => e.call(rand(2, 6))).Should().Throw<ArgumentException>().WithMessage("*[batch, 4]*[2, 6]*");
    }

    [Fact]
    public void Impossible_sizes_are_refused()
    {
        ((Action)(() => _ = new SmallCnn(0))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*inputChannels*");
        ((Action)(() => _ = new ResNet18(0))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*inputChannels*");
        ((Action)(() => _ = new Mlp(4))).Should().Throw<ArgumentException>().WithMessage("*widths*two sizes*");
    }
}
