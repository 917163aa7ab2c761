using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>One encoder's run on one batch, cut at its representation.</summary>
internal sealed class EncoderRun
{
    private readonly IMultimodalModel _model;
    private readonly MultimodalBatch _batch;
    private readonly int _modality;
    private readonly bool _learns;
    private readonly long[]? _rows;
    private readonly EncoderParts? _parts;
    private readonly Tensor _encoded;

    /// <param name="model">The network.</param>
    /// <param name="batch">What to encode.</param>
    /// <param name="modality">Which encoder to run.</param>
    /// <param name="learns">Whether to keep a graph.</param>
    /// <param name="freezeUnlearning">Whether to run in evaluation mode if there is no graph.</param>
    /// <param name="partSize">Samples that may have a graph at once; null for all.</param>
    public EncoderRun(
        IMultimodalModel model,
        MultimodalBatch batch,
        int modality,
        bool learns,
        bool freezeUnlearning,
        long? partSize = null)
    {
        (_model, _batch, _modality, _learns) = (model, batch, modality, learns);
        var rows = batch.Present?.Rows(modality);
        _rows = rows?.Length == batch.Size ? null : rows;
        using (set_grad_enabled(learns))
        using (learns || !freezeUnlearning ? null : EvaluationMode.Enter(model.Encoder(modality)))
        {
            var input = _rows is null ? batch.Inputs[modality] : batch.Inputs[modality].Select(Index);
            if (partSize < input.BatchSize)
            {
                _parts = new EncoderParts(model.Encoder(modality), Encode, input, partSize.Value);
            }

            _encoded = _rows is [] ? NothingEncoded() : InPlace(_parts?.Run() ?? Encode(input));
        }

        Passes = new EncoderPasses(_rows is [] ? 0 : 1, 0);
        Representation = _encoded.detach().requires_grad_();
    }

    /// <summary>The representation, a leaf.</summary>
    public Tensor Representation { get; }

    /// <summary>Passes of the whole batch through the encoder so far.</summary>
    public EncoderPasses Passes { get; private set; }

    /// <summary>The encoder's parameters that require a gradient.</summary>
    public Tensor[] Parameters =>
        _model.EncoderParameters(_modality).Where(parameter => parameter.requires_grad).ToArray<Tensor>();

    private Tensor Index => tensor(_rows!, device: _batch.Targets.device);

    /// <summary>What the leaf's gradient was; it is empty afterwards.</summary>
    public Tensor? TakeGradient()
    {
        var gradient = Representation.grad;
        Representation.grad = null;
        return gradient;
    }

    /// <summary>Adds a vector-Jacobian product to the parameters' gradients.</summary>
    public void Backward(Tensor cotangent) => Differentiate([cotangent], (encoded, parts) =>
    {
        encoded.backward(parts);
        return [];
    });

    /// <summary>One vector-Jacobian product for each cotangent, one tensor per parameter in each; none for an encoder
    /// without a graph.</summary>
    public IReadOnlyList<Tensor>[] Gradients(Tensor[] cotangents, bool keepGraph)
    {
        var parameters = Parameters;
        Tensor[][]? sums = null;
        Differentiate(cotangents, (encoded, parts) =>
        {
            var products = parts.Select((part, i) => autograd.grad(
                [encoded], parameters, [part], keepGraph || i < parts.Length - 1, allow_unused: true)
                .Zip(parameters, OrZeros).ToArray()).ToArray();
            if (sums is null)
            {
                sums = products;
                return products.SelectMany(product => product);
            }

            foreach (var (sum, product) in sums.SelectMany(sum => sum).Zip(products.SelectMany(product => product)))
            {
                sum.add_(product);
            }

            return [];
        });
        return sums ?? cotangents.Select(_ => Array.Empty<Tensor>()).ToArray();
    }

    /// <summary>An unused input has an invalid gradient, or none.</summary>
    public static Tensor OrZeros(Tensor? gradient, Tensor like) =>
        gradient is null || gradient.IsInvalid ? zeros_like(like) : gradient;

    /// <summary>Uses the representations that have a graph with the cotangents at them: of the whole batch, or part by
    /// part. An encoder with nothing to learn, all of whose parameters are frozen or whose modality no sample has, is
    /// left out.</summary>
    private void Differentiate(Tensor[] cotangents, Func<Tensor, Tensor[], IEnumerable<Tensor>> use)
    {
        if (!_learns)
        {
            throw new InvalidOperationException(
                $"Modality '{_model.Modalities[_modality]}' must be encoded with a graph to learn, but was not.");
        }

        if (_parts is null && _encoded.requires_grad)
        {
            use(_encoded, cotangents);
        }
        else if (_parts is not null && Parameters.Length > 0)
        {
            var present = _rows is null ? cotangents : cotangents.Select(c => c.index_select(0, Index)).ToArray();
            _parts.Again((encoded, cut) => use(encoded, present.Select(cut).ToArray()));
            Passes += new EncoderPasses(1, 0);
        }
        else
        {
            return;
        }

        Passes += new EncoderPasses(0, cotangents.Length);
    }

    private Tensor Encode(ModalityInput input)
    {
        var encoded = _model.Encode(_modality, input);
        return encoded.shape.FirstOrDefault() == input.BatchSize
            ? encoded
            : throw new ArgumentException(
                $"The encoder of '{_model.Modalities[_modality]}' must give {input.BatchSize} representations, but "
                + $"gave shape {encoded.Describe()}.");
    }

    /// <summary>The representations of the samples that have the modality in their places; the others' are zeros, so
    /// that nothing of their inputs is seen, not even by batch statistics.</summary>
    private Tensor InPlace(Tensor encoded) => _rows is null
        ? encoded
        : zeros([_batch.Size, .. encoded.shape[1..]], encoded.dtype, encoded.device).index_copy(0, Index, encoded);

    /// <summary>Zeros in the shape of the representations, learnt from one sample without touching any state.</summary>
    private Tensor NothingEncoded()
    {
        using var graphless = no_grad();
        using var evaluation = EvaluationMode.Enter(_model.Encoder(_modality));
        var first = _batch.Inputs[_modality].Narrow(0, 1);
        var encoded = _model.Encode(_modality, first);
        return zeros([_batch.Size, .. encoded.shape[1..]], encoded.dtype, encoded.device);
    }
}
