using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Models;

/// <summary>
/// One network per modality, encoder and head, that share nothing: what <see cref="UnimodalTeacherTrainer"/> trains and
/// what G2D and I2MCL distil from. As a multimodal model it is their ensemble: the fused prediction is the mean of the
/// heads' logits over the modalities that a sample has. State keys begin with <c>encoder_NAME</c> and
/// <c>head_NAME</c>, as those of a <see cref="MultimodalModel"/>. It owns the modules it is given.
/// </summary>
public sealed class UnimodalEnsemble : nn.Module, IMultimodalModel
{
    private readonly IReadOnlyList<ModalityEncoder> _encoders;
    private readonly nn.Module<Tensor, Tensor>[] _heads;

    /// <summary>Puts the networks together.</summary>
    /// <param name="encoders">At least two encoders with different names, whose representations have the shape of the
    /// student's; their order is the modality index.</param>
    /// <param name="heads">One per encoder, from its representation to logits [batch, classes] or values [batch].
    /// </param>
    /// <exception cref="ArgumentException">Fewer than two encoders, a name or module used twice, or another number of
    /// heads.</exception>
    public UnimodalEnsemble(
        IReadOnlyList<ModalityEncoder> encoders, IReadOnlyList<nn.Module<Tensor, Tensor>> heads)
        : base(nameof(UnimodalEnsemble))
    {
        ArgumentNullException.ThrowIfNull(encoders);
        ArgumentNullException.ThrowIfNull(heads);
        Modalities = encoders.Select(encoder => encoder.Name).ToArray();
        if (encoders.Count < 2 || Modalities.Distinct().Count() < encoders.Count || heads.Count != encoders.Count)
        {
            throw new ArgumentException(
                "encoders and heads must be at least two each, as many as each other, the encoders with different "
                + $"names, but are {encoders.Count} ({string.Join(", ", Modalities)}) and {heads.Count}.");
        }

        foreach (var head in heads)
        {
            ArgumentNullException.ThrowIfNull(head, nameof(heads));
        }

        var modules = encoders.Select(encoder => encoder.Module).Concat(heads).ToArray();
        if (modules.Distinct().Count() < modules.Length)
        {
            throw new ArgumentException("encoders and heads must share nothing, but a module is given twice.");
        }

        (_encoders, _heads) = ([.. encoders], [.. heads]);
        for (int m = 0; m < _heads.Length; m++)
        {
            register_module($"encoder_{Modalities[m]}", _encoders[m].Module);
            register_module($"head_{Modalities[m]}", _heads[m]);
        }
    }

    /// <summary>Puts the networks together, each with a linear head.</summary>
    /// <param name="encoders">At least two encoders with different names and known widths
    /// (<see cref="ModalityEncoder.Width"/>).</param>
    /// <param name="outputs">Values per prediction: classes, labels, or 1; at least 1.</param>
    /// <exception cref="ArgumentException">As for the other constructor, or a width is not known.</exception>
    public UnimodalEnsemble(IReadOnlyList<ModalityEncoder> encoders, long outputs)
        : this(encoders, LinearHeads(encoders, outputs))
    {
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Modalities { get; }

    /// <inheritdoc/>
    public nn.Module Root => this;

    /// <summary>Always true.</summary>
    public bool HasUnimodalHeads => true;

    /// <inheritdoc/>
    public nn.Module Encoder(int modality) => _encoders[modality].Module;

    /// <summary>One modality's head.</summary>
    /// <param name="modality">Index in [0, M).</param>
    public nn.Module<Tensor, Tensor> Head(int modality) => _heads[modality];

    /// <inheritdoc/>
    public Tensor Encode(int modality, ModalityInput input) => _encoders[modality].Encode(input);

    /// <inheritdoc/>
    public Tensor PredictUnimodal(int modality, Tensor representation) => _heads[modality].call(representation);

    /// <summary>The mean of the teachers' logits over the modalities that each sample has.</summary>
    /// <inheritdoc/>
    public Tensor Fuse(IReadOnlyList<Tensor> representations, Tensor? present)
    {
        ArgumentNullException.ThrowIfNull(representations);
        var logits = stack(representations.Select((z, m) => PredictUnimodal(m, z)));
        if (present is null)
        {
            return logits.mean([0L]);
        }

        long[] perSample = [.. logits.shape[..2], .. Enumerable.Repeat(1L, (int)logits.dim() - 2)];
        var here = present.transpose(0, 1).reshape(perSample);

        // A sample without any modality has the prediction zero, not 0/0.
        return where(here, logits, zeros_like(logits)).sum([0L]) / here.to(logits.dtype).sum([0L]).clamp(min: 1);
    }

    /// <inheritdoc/>
    public IEnumerable<Parameter> EncoderParameters(int modality) => Encoder(modality).parameters();

    /// <inheritdoc/>
    public IEnumerable<Parameter> SharedParameters() => _heads.SelectMany(head => head.parameters());

    /// <inheritdoc/>
    public IEnumerable<Parameter> HeadParameters(int modality) => _heads[modality].parameters();

    /// <summary>A linear layer per encoder, with TorchSharp's default initialization.</summary>
    internal static nn.Module<Tensor, Tensor>[] LinearHeads(IReadOnlyList<ModalityEncoder> encoders, long outputs)
    {
        Require.AtLeast(1, outputs);
        return [.. ModalityEncoder.Widths(encoders).Select(width => nn.Linear(width, outputs))];
    }

    /// <summary>Everything is registered by name in the constructor.</summary>
    protected override void RegisterComponents()
    {
    }
}
