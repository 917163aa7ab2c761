using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// The network of four convolutions for colored and grey MNIST in the published code of PMR (Fan et al., CVPR 2023), for
/// [batch, channels, height, width]: batch normalization of the input; 5x5 convolution to 32 channels and 3x3 max pooling with
/// stride 2; 3x3 convolutions to 32, to 64 with stride 2, and to 64; ReLU after each; the mean over all positions; a linear
/// layer.
/// </summary>
/// <remarks>The code averages over 7x7 positions. That is all there are for 28x28 images, the size it is written for.</remarks>
public sealed class FourLayerCnn : EncoderModule
{
    private const long Channels = 64;

    private readonly Sequential _layers;
    private readonly Linear _linear;

    /// <summary>Builds the network with TorchSharp's default initialization.</summary>
    /// <param name="inputChannels">Channels of the input, at least 1; 1 by default.</param>
    /// <param name="width">Features of the representation, at least 1; 512 by default, the code's value.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size below 1.</exception>
    public FourLayerCnn(long inputChannels = 1, long width = 512)
        : base(nameof(FourLayerCnn), [inputChannels, 0, 0], width)
    {
        Require.AtLeast(1, inputChannels);
        Require.AtLeast(1, width);
        _layers = nn.Sequential(
            ("norm", nn.BatchNorm2d(inputChannels)),
            ("conv0", nn.Conv2d(inputChannels, 32, 5, padding: 2)),
            ("relu0", nn.ReLU(inplace: true)),
            ("pool", nn.MaxPool2d(3, stride: 2, padding: 1)),
            ("conv1", nn.Conv2d(32, 32, 3, padding: 1)),
            ("relu1", nn.ReLU(inplace: true)),
            ("conv2", nn.Conv2d(32, Channels, 3, stride: 2, padding: 1)),
            ("relu2", nn.ReLU(inplace: true)),
            ("conv3", nn.Conv2d(Channels, Channels, 3, padding: 1)),
            ("relu3", nn.ReLU(inplace: true)));
        _linear = nn.Linear(Channels, width);
        register_module("layers", _layers);
        register_module("linear", _linear);
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input) => _linear.call(_layers.call(input).mean([2L, 3L]));
}
