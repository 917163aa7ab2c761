using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// An encoder that checks its input's shape before it runs, so that a wrong one is a sentence and not a failure deep
/// in the network.
/// </summary>
public abstract class EncoderModule : nn.Module<Tensor, Tensor>
{
    private readonly long[] _expected;

    /// <summary>Keeps what the encoder expects and gives.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="expected">The input's shape after the batch; 0 stands for any size.</param>
    /// <param name="width">Features of the representation.</param>
    private protected EncoderModule(string name, long[] expected, long width)
        : base(name)
    {
        _expected = expected;
        Width = width;
    }

    /// <summary>Features of the representation.</summary>
    public long Width { get; }

    /// <summary>Encodes a batch.</summary>
    /// <param name="input">The batch, of the shape that the encoder's documentation names.</param>
    /// <returns>[batch, <see cref="Width"/>], or [batch, tokens, <see cref="Width"/>] from an encoder of tokens; the caller owns
    /// it.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public sealed override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        bool fits = input.dim() == _expected.Length + 1
            && _expected.Zip(input.shape.Skip(1), (want, have) => want == 0 || want == have).All(same => same);
        if (!fits)
        {
            string sizes = string.Join(", ", _expected.Select(size => size == 0 ? "any" : $"{size}"));
            throw new ArgumentException(
                $"input of {GetName()} must have shape [batch, {sizes}], but has {input.Describe()}.", nameof(input));
        }

        return Run(input);
    }

    /// <summary>Encodes a batch whose shape was checked.</summary>
    private protected abstract Tensor Run(Tensor input);

    /// <summary>Subclasses register their parts by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
