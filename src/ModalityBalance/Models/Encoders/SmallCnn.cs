using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// A small convolutional network for images and spectrograms, [batch, channels, height, width]: four blocks of
/// 3x3 convolution without bias, batch normalization and ReLU, the first three with stride 2, then the mean over all
/// positions.
/// </summary>
public sealed class SmallCnn : EncoderModule
{
    private static readonly long[] Channels = [16, 32, 64, 64];

    private readonly Sequential _blocks;

    /// <summary>Builds the network with TorchSharp's default initialization.</summary>
    /// <param name="inputChannels">Channels of the input, at least 1; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one channel.</exception>
    public SmallCnn(long inputChannels = 1)
        : base(nameof(SmallCnn), [inputChannels, 0, 0], Channels[^1])
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputChannels, 1);
        _blocks = nn.Sequential(Channels.SelectMany((channels, i) => Block(
            i, i == 0 ? inputChannels : Channels[i - 1], channels)));
        register_module("blocks", _blocks);
    }

    /// <inheritdoc/>
    private protected override Tensor Run(Tensor input) => _blocks.call(input).mean([2L, 3L]);

    private static IEnumerable<(string, nn.Module<Tensor, Tensor>)> Block(int index, long from, long to)
    {
        long stride = index < Channels.Length - 1 ? 2 : 1;
        yield return ($"conv{index}", nn.Conv2d(from, to, 3, stride: stride, padding: 1, bias: false));
        yield return ($"norm{index}", nn.BatchNorm2d(to));
        yield return ($"relu{index}", nn.ReLU(inplace: true));
    }
}
