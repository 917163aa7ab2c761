using ModalityBalance.Internal;
using ModalityBalance.Models;
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
    IMultimodalModel model, int modality, Tensor encoded, MicroBatches? parts, Func<Tensor, Tensor> present)
{
    private EncoderParameters? _parameters;
    private bool _usedUp;

    /// <summary>What differentiating has cost so far, in passes of the whole batch.</summary>
    public EncoderPasses Passes { get; private set; }

    private EncoderParameters Parameters => _parameters ??= new EncoderParameters(model, modality);

    private bool Learns => parts is null ? encoded.requires_grad : Parameters.Any;

    /// <summary>Adds a vector-Jacobian product to the parameters' gradients.</summary>
    public void Backward(Tensor cotangent) => Differentiate([cotangent], keepGraph: false, (part, cotangents) =>
    {
        part.backward(cotangents);
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
                .Select((cotangent, i) => Parameters.Product(part, cotangent, keepGraph || i < last)).ToArray();
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

    /// <summary>Sets the parameters' gradients; null for those that no product reached.</summary>
    public void SetGradients(IReadOnlyList<Tensor> gradients)
    {
        if (Learns || gradients.Count > 0)
        {
            Parameters.Set(gradients);
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

    /// <summary>What libtorch would answer by ending the process.</summary>
    private void Check(Tensor[] cotangents)
    {
        if (_usedUp)
        {
            throw new InvalidOperationException(
                $"The graph of the encoder of '{model.Modalities[modality]}' must be kept (keepGraph) for another "
                + "product, but the last one used it up.");
        }

        if (cotangents.FirstOrDefault(cotangent => !cotangent.IsLike(encoded)) is { } other)
        {
            throw new ArgumentException(
                $"A cotangent for the encoder of '{model.Modalities[modality]}' must be {encoded.Kind()}, as the "
                + $"representation is, but is {other.Kind()}.");
        }
    }
}
