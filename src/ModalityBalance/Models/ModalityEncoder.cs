using ModalityBalance.Data;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>A named encoder for a <see cref="MultimodalModel"/>.</summary>
public sealed class ModalityEncoder
{
    private readonly Func<IReadOnlyList<Tensor>, Tensor> _call;
    private readonly int _required;
    private readonly int _most;

    /// <summary>An encoder that reads one tensor.</summary>
    /// <param name="name">The modality's name, unique in its model, without a dot (it becomes part of state keys).</param>
    /// <param name="module">Maps [batch, ...] to a representation [batch, ...].</param>
    /// <exception cref="ArgumentException">The name is empty or holds a dot.</exception>
    public ModalityEncoder(string name, nn.Module<Tensor, Tensor> module)
        : this(name, module, 1, 1, tensors => module.call(tensors[0]))
    {
    }

    /// <summary>An encoder that reads two tensors, such as tokens and their mask.</summary>
    /// <inheritdoc cref="ModalityEncoder(string, nn.Module{Tensor, Tensor})"/>
    public ModalityEncoder(string name, nn.Module<Tensor, Tensor, Tensor> module)
        : this(name, module, 2, 2, tensors => module.call(tensors[0], tensors[1]))
    {
    }

    /// <summary>An encoder that reads sequences, and their lengths if they are padded.</summary>
    /// <param name="name">The modality's name, unique in its model, without a dot.</param>
    /// <param name="module">Maps padded sequences to a representation [batch, width].</param>
    /// <exception cref="ArgumentException">The name is empty or holds a dot.</exception>
    public ModalityEncoder(string name, SequenceEncoder module)
        : this(name, module, 1, 2, tensors => module.call(tensors[0], tensors.Count == 2 ? tensors[1] : null!))
    {
    }

    /// <summary>The widths of several encoders, in order.</summary>
    /// <param name="encoders">At least two.</param>
    /// <exception cref="ArgumentException">One does not say its width.</exception>
    internal static long[] Widths(IReadOnlyList<ModalityEncoder> encoders)
    {
        ArgumentNullException.ThrowIfNull(encoders);
        return encoders.FirstOrDefault(encoder => encoder.Width is null) is { } silent
            ? throw new ArgumentException(
                $"encoders must say their widths, but that of '{silent.Name}' is not known: set its Width.", nameof(encoders))
            : [.. encoders.Select(encoder => encoder.Width!.Value)];
    }

    private ModalityEncoder(
        string name, nn.Module module, int required, int most, Func<IReadOnlyList<Tensor>, Tensor> call)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(module);
        if (name.Contains('.', StringComparison.Ordinal))
        {
            throw new ArgumentException($"name must not contain a dot, but is '{name}'.", nameof(name));
        }

        Name = name;
        Module = module;
        _required = required;
        _most = most;
        _call = call;
        Width = (module as EncoderModule)?.Width ?? (module as SequenceEncoder)?.Width;
    }

    /// <summary>The modality's name.</summary>
    public string Name { get; }

    /// <summary>The encoder itself.</summary>
    public nn.Module Module { get; }

    /// <summary>Features of the representation, at least 1. Known for the encoders of this library; <see langword="null"/> for
    /// others, unless it is set.</summary>
    public long? Width { get; init; }

    /// <summary>Runs the encoder.</summary>
    /// <param name="input">As many tensors as the encoder reads.</param>
    /// <returns>The representation [batch, ...]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The number of tensors differs from what the encoder reads.</exception>
    public Tensor Encode(ModalityInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Tensors.Count < _required || input.Tensors.Count > _most)
        {
            string count = _required == _most ? $"{_most}" : $"{_required} or {_most}";
            throw new ArgumentException(
                $"input of modality '{Name}' must hold {count} tensor(s), but holds {input.Tensors.Count}.",
                nameof(input));
        }

        return _call(input.Tensors);
    }
}
