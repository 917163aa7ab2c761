using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// The basic block of ResNet-18 (He et al., CVPR 2016, Fig. 5): two 3x3 convolutions beside a shortcut. Where the
/// number of channels grows, the first convolution has stride 2 and the shortcut is a 1x1 convolution.
/// </summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _conv1;
    private readonly BatchNorm2d _bn1;
    private readonly Conv2d _conv2;
    private readonly BatchNorm2d _bn2;
    private readonly Sequential? _downsample;

    public ResidualBlock(long from, long to)
        : base(nameof(ResidualBlock))
    {
        long stride = from == to ? 1 : 2;
        _conv1 = nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: false);
        _bn1 = nn.BatchNorm2d(to);
        _conv2 = nn.Conv2d(to, to, 3, padding: 1, bias: false);
        _bn2 = nn.BatchNorm2d(to);
        register_module("conv1", _conv1);
        register_module("bn1", _bn1);
        register_module("conv2", _conv2);
        register_module("bn2", _bn2);
        if (from != to)
        {
            _downsample = nn.Sequential(nn.Conv2d(from, to, 1, stride: stride, bias: false), nn.BatchNorm2d(to));
            register_module("downsample", _downsample);
        }
    }

    public override Tensor forward(Tensor input)
    {
        var inner = nn.functional.relu(_bn1.call(_conv1.call(input)), inplace: true);
        return nn.functional.relu(_bn2.call(_conv2.call(inner)) + (_downsample?.call(input) ?? input), inplace: true);
    }

    /// <summary>Everything is registered by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
