using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// ResNet-18 (He et al., CVPR 2016, Table 1) without its classifier, for [batch, channels, height, width] with any
/// number of channels: 7x7 stem with stride 2, max pooling, four stages of two basic blocks, then the mean over all
/// positions, 512 features. 11.2 million parameters.
/// </summary>
public sealed class ResNet18 : EncoderModule
{
    private static readonly long[] StageChannels = [64, 128, 256, 512];

    private readonly Sequential _layers;

    /// <summary>Builds the network; convolutions are initialized as in the paper's successor (He et al., ICCV 2015):
    /// normal, scaled by the fan out.</summary>
    /// <param name="inputChannels">Channels of the input, at least 1; 3 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one channel.</exception>
    public ResNet18(long inputChannels = 3)
        : base(nameof(ResNet18), [inputChannels, 0, 0], StageChannels[^1])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        _layers = nn.Sequential(Layers(inputChannels));
        register_module("layers", _layers);
        foreach (var convolution in _layers.modules().OfType<Conv2d>())
        {
            nn.init.kaiming_normal_(
                convolution.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        }
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input) => _layers.call(input).mean([2L, 3L]);

    private static IEnumerable<(string, nn.Module<Tensor, Tensor>)> Layers(long inputChannels)
    {
        yield return ("conv", nn.Conv2d(inputChannels, 64, 7, stride: 2, padding: 3, bias: false));
        yield return ("norm", nn.BatchNorm2d(64));
        yield return ("relu", nn.ReLU(inplace: true));
        yield return ("pool", nn.MaxPool2d(3, stride: 2, padding: 1));
        long channels = StageChannels[0];
        foreach (var (stage, to) in StageChannels.Index())
        {
            yield return ($"stage{stage}_0", new ResidualBlock(channels, to));
            yield return ($"stage{stage}_1", new ResidualBlock(to, to));
            channels = to;
        }
    }
}
