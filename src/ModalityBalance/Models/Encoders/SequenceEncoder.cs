using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// An encoder of sequences that may be padded to a common length. A modality's input is the padded sequences and, where they
/// differ in length, their lengths.
/// </summary>
/// <remarks>
/// Padding stands at the end and may hold anything, NaN too: it changes neither representations nor gradients. Lengths are
/// checked where that costs nothing. Type, shape and device always are, values on the CPU; on another device reading them
/// would make every step wait, and a sequence whose length is out of range has a representation of NaN, which the trainer
/// reports (<see cref="Training.NonFinitePolicy"/>).
/// </remarks>
public abstract class SequenceEncoder : nn.Module<Tensor, Tensor, Tensor>
{
    /// <summary>Keeps what the encoder expects and returns.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="features">Features of a step; null if a step is a token.</param>
    /// <param name="width">Features of the representation.</param>
    private protected SequenceEncoder(string name, long? features, long width)
        : base(name)
    {
        Features = features;
        Width = width;
    }

    /// <summary>Features of a step; null if a step is a token.</summary>
    internal long? Features { get; }

    /// <summary>Features of the representation.</summary>
    public long Width { get; }

    /// <summary>Encodes a batch of full-length sequences.</summary>
    /// <inheritdoc cref="forward"/>
    public Tensor call(Tensor input) => call(input, null!);

    /// <summary>Encodes a batch.</summary>
    /// <param name="input">The sequences, [batch, time, features] of a floating-point type, or tokens, int64 [batch, time];
    /// at least one step.</param>
    /// <param name="lengths">True steps of each sequence, int64 [batch] on the input's device, each in [1, time]; null if
    /// every sequence is full length.</param>
    /// <returns>[batch, <see cref="Width"/>]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">Another type, shape or device, or, on the CPU, a value out of range.</exception>
    public sealed override Tensor forward(Tensor input, Tensor? lengths)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckInput(input);
        if (lengths is not null)
        {
            SequenceLengths.Check(lengths, input, GetName());
        }

        return Run(input, lengths);
    }

    /// <summary>Encodes a batch that was checked.</summary>
    private protected abstract Tensor Run(Tensor input, Tensor? lengths);

    /// <summary>Subclasses register their parts by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }

    private void CheckInput(Tensor input)
    {
        bool fits = Features is long features
            ? input.is_floating_point() && input.dim() == 3 && input.shape[2] == features
            : input.dtype == ScalarType.Int64 && input.dim() == 2;
        if (!fits || input.shape[1] < 1)
        {
            string rule = Features is null ? "Int64 [batch, time]" : $"floating point [batch, time, {Features}]";
            throw new ArgumentException(
                $"input of {GetName()} must be {rule} with at least one step, but is {input.Kind()}.", nameof(input));
        }
    }
}
