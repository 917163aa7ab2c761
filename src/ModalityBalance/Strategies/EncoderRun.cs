using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>One encoder's run on one batch, cut at its representation.</summary>
internal sealed class EncoderRun
{
    private readonly IMultimodalModel _model;
    private readonly MultimodalBatch _batch;
    private readonly int _modality;
    private readonly bool _learns;
    private readonly Tensor _encoded;

    /// <param name="model">The network.</param>
    /// <param name="batch">What to encode.</param>
    /// <param name="modality">Which encoder to run.</param>
    /// <param name="learns">Whether to keep a graph.</param>
    /// <param name="freezeUnlearning">Whether to run in evaluation mode if there is no graph.</param>
    public EncoderRun(
        IMultimodalModel model, MultimodalBatch batch, int modality, bool learns, bool freezeUnlearning)
    {
        (_model, _batch, _modality, _learns) = (model, batch, modality, learns);
        using (set_grad_enabled(learns))
        using (learns || !freezeUnlearning ? null : EvaluationMode.Enter(model.Encoder(modality)))
        {
            _encoded = Run();
        }

        Representation = _encoded.detach().requires_grad_();
    }

    /// <summary>The representation, a leaf.</summary>
    public Tensor Representation { get; }

    /// <summary>Passes through the encoder so far.</summary>
    public EncoderPasses Passes { get; private set; }

    /// <summary>The encoder's parameters that require a gradient.</summary>
    public Tensor[] Parameters =>
        _model.EncoderParameters(_modality).Where(parameter => parameter.requires_grad).ToArray<Tensor>();

    /// <summary>What the leaf's gradient was; it is empty afterwards.</summary>
    public Tensor? TakeGradient()
    {
        var gradient = Representation.grad;
        Representation.grad = null;
        return gradient;
    }

    /// <summary>Adds a vector-Jacobian product to the parameters' gradients.</summary>
    public void Backward(Tensor cotangent)
    {
        if (HasGraph())
        {
            _encoded.backward([cotangent]);
            Passes += new EncoderPasses(0, 1);
        }
    }

    /// <summary>A vector-Jacobian product, one tensor per parameter; none for an encoder without a graph.</summary>
    public IReadOnlyList<Tensor> Gradient(Tensor cotangent, bool keepGraph)
    {
        if (!HasGraph())
        {
            return [];
        }

        var parameters = Parameters;
        var gradients = autograd.grad(
            [_encoded], parameters, [cotangent], retain_graph: keepGraph, allow_unused: true);
        Passes += new EncoderPasses(0, 1);
        return gradients.Zip(parameters, OrZeros).ToArray();
    }

    /// <summary>An unused input has an invalid gradient, or none.</summary>
    public static Tensor OrZeros(Tensor? gradient, Tensor like) =>
        gradient is null || gradient.IsInvalid ? zeros_like(like) : gradient;

    /// <summary>Encoders without a graph: those told not to learn, an error here, and those with nothing to learn, all
    /// of whose parameters are frozen or whose modality no sample has.</summary>
    private bool HasGraph() =>
        _learns
            ? _encoded.requires_grad
            : throw new InvalidOperationException(
                $"Modality '{_model.Modalities[_modality]}' must be encoded with a graph to learn, but was not.");

    /// <summary>Encodes the samples that have the modality; the others' representations are zeros, so that nothing
    /// of their inputs is seen, not even by batch statistics.</summary>
    private Tensor Run()
    {
        var input = _batch.Inputs[_modality];
        var rows = _batch.Present?.Rows(_modality);
        if (rows is null || rows.Length == _batch.Size)
        {
            return Encode(input);
        }

        if (rows.Length == 0)
        {
            return NothingEncoded(input);
        }

        var index = tensor(rows, device: _batch.Targets.device);
        var some = Encode(input.Select(index));
        return zeros([_batch.Size, .. some.shape[1..]], some.dtype, some.device).index_copy(0, index, some);
    }

    private Tensor Encode(ModalityInput input)
    {
        var encoded = _model.Encode(_modality, input);
        Passes += new EncoderPasses(1, 0);
        return encoded.shape.FirstOrDefault() == input.BatchSize
            ? encoded
            : throw new ArgumentException(
                $"The encoder of '{_model.Modalities[_modality]}' must give {input.BatchSize} representations, but "
                + $"gave shape {encoded.Describe()}.");
    }

    /// <summary>Zeros in the shape of the representations, learnt from one sample without touching any state.</summary>
    private Tensor NothingEncoded(ModalityInput input)
    {
        using var graphless = no_grad();
        using var evaluation = EvaluationMode.Enter(_model.Encoder(_modality));
        var first = input.Select(zeros(1, dtype: ScalarType.Int64, device: _batch.Targets.device));
        var encoded = _model.Encode(_modality, first);
        return zeros([_batch.Size, .. encoded.shape[1..]], encoded.dtype, encoded.device);
    }
}
