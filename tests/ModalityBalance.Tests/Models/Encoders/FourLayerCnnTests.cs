using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Tests.Models;

public class FourLayerCnnTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Images_of_any_size_become_512_features(long channels)
    {
        using var scope = NewDisposeScope();
        using var encoder = new FourLayerCnn(channels);

        encoder.call(rand(2, channels, 28, 28)).shape.Should().Equal(2, 512);
        encoder.call(rand(3, channels, 9, 33)).shape.Should().Equal(3, encoder.Width);
        encoder.call(rand(2, channels, 1, 1)).shape.Should().Equal(2, encoder.Width);
        encoder.parameters().Sum(p => p.numel()).Should().Be(
            (2 * channels) + (((25 * channels) + 1) * 32) + (((9 * 32) + 1) * (32 + 64)) + (((9 * 64) + 1) * 64) + (65 * 512));
    }

    [Fact]
    public void Images_of_28x28_are_averaged_over_7x7_positions_after_four_convolutions()
    {
        using var scope = NewDisposeScope();
        using var encoder = new FourLayerCnn(2, width: 20);
        encoder.eval();
        var state = encoder.state_dict();
        state["layers.norm.running_mean"].fill_(0.3);
        state["layers.norm.running_var"].fill_(0.5);
        var input = rand(2, 2, 28, 28);

        var map = Convolution(0, (input - 0.3) / Math.Sqrt(0.5 + 1e-5), padding: 2, stride: 1);
        map = nn.functional.max_pool2d(map, kernel_size: 3, stride: 2, padding: 1);
        map = Convolution(1, map, padding: 1, stride: 1);
        map = Convolution(2, map, padding: 1, stride: 2);
        map = Convolution(3, map, padding: 1, stride: 1);

        map.shape.Should().Equal(2, 64, 7, 7);
        var expected = nn.functional.linear(
            nn.functional.avg_pool2d(map, 7).flatten(1), state["linear.weight"], state["linear.bias"]);
        encoder.call(input).allclose(expected, rtol: 1e-5, atol: 1e-6).Should().BeTrue();

        Tensor Convolution(int index, Tensor images, long padding, long stride) => nn.functional.conv2d(
            images, state[$"layers.conv{index}.weight"], state[$"layers.conv{index}.bias"],
            strides: [stride, stride], padding: [padding, padding]).relu();
    }

    [Fact]
    public void Every_parameter_gets_a_gradient_and_the_state_moves()
    {
        using var scope = NewDisposeScope();
        using var first = new FourLayerCnn(3, 8);
        using var second = new FourLayerCnn(3, 8);
        var input = rand(2, 3, 28, 28);

        (first.call(input) * randn(2, 8)).sum().backward();
        second.load_state_dict(first.state_dict());

        first.parameters().Should().OnlyContain(parameter => parameter.grad!.abs().sum().item<float>() > 0);
        first.eval();
        second.eval();
        first.call(input).IsSame(second.call(input)).Should().BeTrue();
    }

    [Fact]
    public void Unfit_sizes_and_inputs_are_refused()
    {
        using var encoder = new FourLayerCnn(3);

        encoder.Invoking(e => e.call(rand(2, 1, 28, 28))).Should().Throw<ArgumentException>()
            .WithMessage("*FourLayerCnn must have shape [batch, 3, any, any], but has [2, 1, 28, 28]*");
        ((Action)(() => _ = new FourLayerCnn(0))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("inputChannels must be at least 1, but is 0.*");
        ((Action)(() => _ = new FourLayerCnn(1, 0))).Should().Throw<ArgumentOutOfRangeException>()
            .WithMessage("width must be at least 1, but is 0.*");
    }
}
