using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// ResNet-18 (He et al., CVPR 2016, Table 1) without its classifier, for [batch, channels, height, width] with any
/// number of channels: 7x7 stem with stride 2, max pooling, four stages of two basic blocks, then the mean over all
/// positions, 512 features. 11.2 million parameters.
/// </summary>
/// <remarks>State keys are those of torchvision's <c>resnet18</c> (<c>conv1.weight</c>, <c>layer1.0.bn1.bias</c>, ...), so that
/// its state dictionaries fit once the classifier, <c>fc</c>, is left out.</remarks>
public sealed class ResNet18 : EncoderModule
{
    private static readonly long[] StageChannels = [64, 128, 256, 512];

    private readonly Conv2d _conv1;
    private readonly BatchNorm2d _bn1;
    private readonly Sequential[] _stages;

    /// <summary>Builds the network; convolutions are initialized as in the paper's successor (He et al., ICCV 2015):
    /// normal, scaled by the fan out.</summary>
    /// <param name="inputChannels">Channels of the input, at least 1; 3 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one channel.</exception>
    public ResNet18(long inputChannels = 3)
        : base(nameof(ResNet18), [inputChannels, 0, 0], StageChannels[^1])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        _conv1 = nn.Conv2d(inputChannels, StageChannels[0], 7, stride: 2, padding: 3, bias: false);
        _bn1 = nn.BatchNorm2d(StageChannels[0]);
        _stages = [.. StageChannels.Select((to, i) =>
            nn.Sequential(new ResidualBlock(StageChannels[Math.Max(0, i - 1)], to), new ResidualBlock(to, to)))];
        register_module("conv1", _conv1);
        register_module("bn1", _bn1);
        foreach (var (i, stage) in _stages.Index())
        {
            register_module($"layer{i + 1}", stage);
        }

        foreach (var convolution in modules().OfType<Conv2d>())
        {
            nn.init.kaiming_normal_(
                convolution.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        }
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input)
    {
        var stem = nn.functional.relu(_bn1.call(_conv1.call(input)), inplace: true);
        var pooled = nn.functional.max_pool2d(stem, 3, stride: 2, padding: 1);
        return _stages.Aggregate(pooled, (maps, stage) => stage.call(maps)).mean([2L, 3L]);
    }
}
