using static TorchSharp.torch;

namespace ModalityBalance.Datasets;

/// <summary>An encoder of several frames: encodes each of them by one network, and averages the representations.</summary>
public sealed class MeanOverFrames : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _encoder;

    /// <summary>Wraps an encoder of images.</summary>
    /// <param name="encoder">Maps [batch, channels, height, width] to [batch, width]. The new module owns it.</param>
    public MeanOverFrames(nn.Module<Tensor, Tensor> encoder)
        : base(nameof(MeanOverFrames))
    {
        ArgumentNullException.ThrowIfNull(encoder);
        _encoder = encoder;
        RegisterComponents();
    }

    /// <summary>Encodes frames.</summary>
    /// <param name="input">[batch, frames, channels, height, width].</param>
    /// <returns>[batch, width]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.dim() != 5)
        {
            throw new ArgumentException(
                $"input must have shape [batch, frames, channels, height, width], but has [{string.Join(", ", input.shape)}].",
                nameof(input));
        }

        using var scope = NewDisposeScope();
        var encoded = _encoder.call(input.flatten(0, 1));
        return encoded.reshape([input.shape[0], input.shape[1], .. encoded.shape[1..]]).mean([1L]).MoveToOuterDisposeScope();
    }
}
