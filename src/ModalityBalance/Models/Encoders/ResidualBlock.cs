using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// The basic block of ResNet-18 (He et al., CVPR 2016, Fig. 5): two 3x3 convolutions beside a shortcut. Where the
/// number of channels grows, the first convolution has stride 2 and the shortcut is a 1x1 convolution.
/// </summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential _residual;
    private readonly Sequential? _shortcut;

    public ResidualBlock(long from, long to)
        : base(nameof(ResidualBlock))
    {
        long stride = from == to ? 1 : 2;
        _residual = nn.Sequential(
            ("conv0", nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: false)),
            ("norm0", nn.BatchNorm2d(to)),
            ("relu0", nn.ReLU(inplace: true)),
            ("conv1", nn.Conv2d(to, to, 3, padding: 1, bias: false)),
            ("norm1", nn.BatchNorm2d(to)));
        register_module("residual", _residual);
        if (from != to)
        {
            _shortcut = nn.Sequential(
                ("conv", nn.Conv2d(from, to, 1, stride: stride, bias: false)),
                ("norm", nn.BatchNorm2d(to)));
            register_module("shortcut", _shortcut);
        }
    }

    public override Tensor forward(Tensor input) =>
        nn.functional.relu(_residual.call(input) + (_shortcut?.call(input) ?? input), inplace: true);

    /// <summary>Everything is registered by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
