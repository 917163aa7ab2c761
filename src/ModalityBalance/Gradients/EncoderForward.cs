using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>One encoder's run on one batch, cut at its representation.</summary>
internal sealed class EncoderForward
{
    private readonly DiagnosingModel _model;
    private readonly int _modality;
    private readonly long _forwards;
    private readonly EncoderBackward? _graph;

    /// <param name="model">The network.</param>
    /// <param name="batch">What to encode.</param>
    /// <param name="modality">Which encoder to run.</param>
    /// <param name="use">Whether to run it, and to keep a graph. Without one, only the representation is kept.</param>
    /// <param name="freezeUnlearning">Whether to run in evaluation mode if there is no graph.</param>
    /// <param name="partSize">Samples that may have a graph at once; null for all.</param>
    public EncoderForward(
        DiagnosingModel model,
        MultimodalBatch batch,
        int modality,
        EncoderUse use,
        bool freezeUnlearning,
        long? partSize = null)
    {
        (_model, _modality) = (model, modality);
        var rows = new PresentRows(model, batch, modality);
        bool learns = use == EncoderUse.Learn;
        bool skips = use == EncoderUse.Skip || rows.None;
        _forwards = skips ? 0 : 1;
        using (set_grad_enabled(learns))
        using (learns || !freezeUnlearning ? null : EvaluationMode.Enter(model.Encoder(modality)))
        using (learns ? null : NewDisposeScope())
        {
            var input = rows.Input;
            var parts = !skips && partSize < input.BatchSize
                ? new MicroBatches(model.Encoder(modality), Encode, input, partSize.Value)
                : null;
            var encoded = skips ? rows.Zeros() : rows.Place(parts?.Run() ?? Encode(input));
            var leaf = encoded.detach().requires_grad_();
            Representation = learns ? leaf : leaf.MoveToOuterDisposeScope();
            _graph = learns ? new EncoderBackward(model, modality, encoded, parts, rows.Of) : null;
        }
    }

    /// <summary>The representation, a leaf.</summary>
    public Tensor Representation { get; }

    /// <summary>Whether the encoder was run to learn.</summary>
    public bool Learns => _graph is not null;

    /// <summary>Passes of the whole batch through the encoder so far.</summary>
    public EncoderPasses Passes => new EncoderPasses(_forwards, 0) + (_graph?.Passes ?? default);

    /// <summary>The graph from the encoder's parameters to the representation.</summary>
    /// <exception cref="InvalidOperationException">The encoder was run without a graph.</exception>
    public EncoderBackward Graph => _graph ?? throw new InvalidOperationException(
        $"Modality '{_model.Modalities[_modality]}' must be encoded with a graph to learn, but was not.");

    /// <summary>Takes the leaf's gradient, which is null afterwards.</summary>
    public Tensor? TakeGradient()
    {
        var gradient = Representation.grad;
        Representation.grad = null;
        return gradient;
    }

    /// <summary>An unused input has an invalid gradient, or none.</summary>
    public static Tensor OrZeros(Tensor? gradient, Tensor like) =>
        gradient is null || gradient.IsInvalid ? zeros_like(like) : gradient;

    private Tensor Encode(ModalityInput input)
    {
        var encoded = _model.Encode(_modality, input);
        if (encoded.shape.FirstOrDefault() != input.BatchSize)
        {
            throw new ArgumentException(
                $"The encoder of '{_model.Modalities[_modality]}' must give {input.BatchSize} representations, but "
                + $"gave shape {encoded.Describe()}.");
        }

        return encoded.requires_grad || !is_grad_enabled()
            || !_model.EncoderParameters(_modality).Any(parameter => parameter.requires_grad)
            ? encoded
            : throw new InvalidOperationException(
                $"The encoder of '{_model.Modalities[_modality]}' must give representations with a graph to its "
                + "parameters, but they have none: Encode must neither detach them nor compute them under no_grad. "
                + "Freeze the parameters (requires_grad = false) of an encoder that is not to learn.");
    }
}
