using ModalityBalance.Internal;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>Differentiates one encoder's representations by its parameters: those of the whole batch, or part by part.
/// An encoder with nothing to learn, all of whose parameters are frozen or whose modality no sample has, is left out.
/// </summary>
/// <param name="model">The network.</param>
/// <param name="modality">Which encoder was run.</param>
/// <param name="encoded">Its representations, [batch, ...]; without a graph if there are parts.</param>
/// <param name="parts">Runs the parts again; null if the batch was run as a whole.</param>
/// <param name="present">The rows that were run, of a tensor [batch, ...].</param>
internal sealed class EncoderBackward(
    DiagnosingModel model, int modality, Tensor encoded, MicroBatches? parts, Func<Tensor, Tensor> present)
{
    private Parameter[]? _parameters;
    private bool[]? _reached;
    private bool _usedUp;

    /// <summary>The cost of differentiation so far, in passes of the whole batch.</summary>
    public EncoderPasses Passes { get; private set; }

    private string Name => model.Modalities[modality];

    /// <summary>The parameters that require a gradient.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters ??=
        [.. model.EncoderParameters(modality).Where(parameter => parameter.requires_grad)];

    private bool Learns => parts is null ? encoded.requires_grad : Parameters.Count > 0;

    /// <summary>Adds a vector-Jacobian product to the parameters' gradients.</summary>
    public void Backward(Tensor cotangent) => Differentiate([cotangent], keepGraph: false, (part, cotangents) =>
    {
        model.Backward(modality, part, cotangents[0], keepGraph: false, inputs: null);
        return [];
    });

    /// <summary>One vector-Jacobian product for each cotangent, one tensor per parameter in each; none for an encoder
    /// without anything to learn.</summary>
    public IReadOnlyList<Tensor>[] Gradients(Tensor[] cotangents, bool keepGraph)
    {
        Tensor[][]? sums = null;
        Differentiate(cotangents, keepGraph, (part, ofPart) =>
        {
            int last = ofPart.Length - 1;
            var products = ofPart
                .Select((cotangent, i) => Product(part, cotangent, keepGraph || i < last)).ToArray();
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

    /// <summary>A product of <see cref="Gradients"/> with null for the parameters that none has reached.</summary>
    public IEnumerable<Tensor?> Reached(IReadOnlyList<Tensor> product) =>
        product.Select((gradient, i) => _reached?[i] == true ? gradient : null);

    /// <summary>Sets which parameters a product has reached, in any process.</summary>
    public void SetReached(bool[] reached) => _reached = reached;

    /// <summary>Sets the parameters' gradients; null, not zero, for those that no product has reached, so that neither
    /// momentum nor weight decay moves them.</summary>
    public void SetGradients(IReadOnlyList<Tensor> gradients)
    {
        if (!Learns && gradients.Count == 0)
        {
            return;
        }

        if (gradients.Count != Parameters.Count)
        {
            throw new ArgumentException(
                $"gradients for the encoder of '{Name}' must be as many as its parameters that "
                + $"require one, {Parameters.Count}, but are {gradients.Count}.", nameof(gradients));
        }

        foreach (var (i, parameter) in Parameters.Index())
        {
            if (!gradients[i].IsLike(parameter))
            {
                throw new ArgumentException(
                    $"gradients[{i}] for the encoder of '{Name}' must be "
                    + $"{parameter.Kind()}, as the parameter is, but is {gradients[i].Kind()}.",
                    nameof(gradients));
            }
        }

        foreach (var (i, parameter) in Parameters.Index())
        {
            // An optimizer's momentum takes the layout of the first gradient, and only a contiguous one can be saved.
            parameter.grad = _reached?[i] == false ? null : gradients[i].contiguous();
        }
    }

    /// <summary>Uses the representations that have a graph with the cotangents at them.</summary>
    private void Differentiate(
        Tensor[] cotangents, bool keepGraph, Func<Tensor, Tensor[], IEnumerable<Tensor>> use)
    {
        Check(cotangents);
        if (!Learns)
        {
            return;
        }

        if (parts is null)
        {
            _usedUp = !keepGraph;
            use(encoded, cotangents);
        }
        else
        {
            var rows = cotangents.Select(present).ToArray();
            parts.Again((part, cut) => use(part, rows.Select(cut).ToArray()));
            Passes += new EncoderPasses(1, 0);
        }

        Passes += new EncoderPasses(0, cotangents.Length);
    }

    /// <summary>A vector-Jacobian product into all parameters, dense, without touching their gradients; zeros for those that
    /// the output does not depend on, which are remembered.</summary>
    private Tensor[] Product(Tensor output, Tensor cotangent, bool keepGraph)
    {
        var before = Parameters.Select(parameter => parameter.grad).ToArray();
        try
        {
            foreach (var parameter in Parameters)
            {
                parameter.grad = null;
            }

            model.Backward(modality, output, cotangent, keepGraph, _parameters);
            _reached ??= new bool[Parameters.Count];
            return [.. Parameters.Select((parameter, i) =>
            {
                var gradient = parameter.grad;
                _reached[i] |= gradient is not null;
                return gradient is null ? zeros_like(parameter) : gradient.is_sparse ? gradient.to_dense() : gradient;
            })];
        }
        finally
        {
            foreach (var (parameter, gradient) in Parameters.Zip(before))
            {
                parameter.grad = gradient;
            }
        }
    }

    /// <summary>Checks what libtorch would reject without naming the encoder.</summary>
    private void Check(Tensor[] cotangents)
    {
        if (_usedUp)
        {
            throw new InvalidOperationException(
                $"The graph of the encoder of '{Name}' must be kept (keepGraph) for another "
                + "product, but the last one used it up.");
        }

        if (cotangents.FirstOrDefault(cotangent => !cotangent.IsLike(encoded)) is { } other)
        {
            throw new ArgumentException(
                $"A cotangent for the encoder of '{Name}' must be {encoded.Kind()}, as the "
                + $"representation is, but is {other.Kind()}.");
        }
    }
}
