using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <content>Gradients: of the top, at the representations, and of the encoders.</content>
public sealed partial class TrainingStep
{
    /// <summary>The gradient of a loss at each representation. The gradients of fusion and heads do not change.</summary>
    /// <param name="loss">A scalar of the top; its graph is kept.</param>
    /// <returns>[batch, ...] per modality, zeros where the loss does not depend on it.</returns>
    /// <exception cref="ArgumentException">The loss is no scalar or has no graph.</exception>
    public IReadOnlyList<Tensor> GradientAtRepresentations(Tensor loss)
    {
        CheckLoss(loss);

        // Not by autograd.grad, in which a graph that is used up ends the process.
        loss.backward(retain_graph: true, inputs: Runs.Select(run => run.Representation).ToArray());
        return Runs.Select(run => EncoderForward.OrZeros(run.TakeGradient(), run.Representation)).ToArray();
    }

    /// <summary>Differentiates a loss down to the cut: adds to the gradients of fusion and heads.</summary>
    /// <param name="loss">A scalar of the top; its graph is used up.</param>
    /// <returns>The loss's gradient at each representation, [batch, ...]; null where it does not depend on it.
    /// </returns>
    /// <exception cref="ArgumentException">The loss is no scalar or has no graph.</exception>
    public IReadOnlyList<Tensor?> BackwardTop(Tensor loss)
    {
        CheckLoss(loss);
        loss.backward();
        return Runs.Select(run => run.TakeGradient()).ToArray();
    }

    /// <summary>Adds one vector-Jacobian product to the gradients of an encoder's parameters.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="cotangent">The gradient at the representation, like it; null adds nothing.</param>
    /// <exception cref="ArgumentException">Another shape, type or device.</exception>
    /// <exception cref="InvalidOperationException">The encoder was run without a graph, or its graph is used up.
    /// </exception>
    public void BackwardEncoder(int modality, Tensor? cotangent)
    {
        if (cotangent is not null)
        {
            Runs[modality].Graph.Backward(cotangent);
            BeginSumOfEncoder(modality);
        }
    }

    /// <summary>Differentiates a loss through the whole model, every encoder included.</summary>
    /// <param name="loss">A scalar of the top; its graph is used up.</param>
    public void Backward(Tensor loss)
    {
        var cotangents = BackwardTop(loss);
        for (int m = 0; m < ModalityCount; m++)
        {
            BackwardEncoder(m, cotangents[m]);
        }
    }

    /// <summary>Vector-Jacobian products into an encoder's parameters, without touching their gradients.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="cotangents">At least one gradient at the representation, like it.</param>
    /// <param name="keepGraph">Whether another product into this encoder will follow.</param>
    /// <returns>For each cotangent one gradient per parameter that requires one, in the encoder's order, summed over all
    /// processes; zeros where the representation does not depend on it. Empty when the encoder has nothing to learn from this
    /// batch.</returns>
    /// <exception cref="ArgumentException">Another shape, type or device.</exception>
    /// <exception cref="InvalidOperationException">The encoder was run without a graph, or its graph is used up.
    /// </exception>
    public IReadOnlyList<IReadOnlyList<Tensor>> EncoderGradients(
        int modality, IReadOnlyList<Tensor> cotangents, bool keepGraph = false)
    {
        ArgumentNullException.ThrowIfNull(cotangents);
        var graph = Runs[modality].Graph;
        var gradients = graph.Gradients([.. cotangents], keepGraph);
        if (Processes.Size == 1 || SamplesWith(modality) == 0 || graph.Parameters.Count == 0)
        {
            return gradients;
        }

        var like = cotangents.SelectMany(_ => graph.Parameters).ToArray();
        Tensor?[] own = gradients[0].Count == 0 ? new Tensor?[like.Length] : [.. gradients.SelectMany(ofOne => graph.Reached(ofOne))];
        var sums = TensorBucket.BeginSum(Processes, own, like).EndSum();
        graph.SetReached([.. Enumerable.Range(0, graph.Parameters.Count).Select(i =>
            Enumerable.Range(0, cotangents.Count).Any(k => sums[(k * graph.Parameters.Count) + i] is not null))]);
        return [.. sums.Select((sum, i) => sum ?? zeros_like(like[i])).Chunk(graph.Parameters.Count)];
    }

    /// <summary>The gradients of two losses at an encoder, in a form in which all processes can combine them.</summary>
    /// <returns>Null when the encoder has nothing to learn from this batch.</returns>
    internal EncoderGradientPair? PairOfEncoderGradients(int modality, Tensor first, Tensor second)
    {
        var graph = Runs[modality].Graph;
        var gradients = graph.Gradients([first, second], keepGraph: false);
        return SamplesWith(modality) == 0 || graph.Parameters.Count == 0 || (Processes.Size == 1 && gradients[0].Count == 0)
            ? null
            : Processes.Size == 1
                ? new WholeGradientPair(this, modality, gradients[0], gradients[1])
                : ShardedGradientPair.Of(this, modality, graph, gradients);
    }

    /// <summary>Sets the gradients of an encoder's parameters; null for those that no product of
    /// <see cref="EncoderGradients"/> reached.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="gradients">One of what <see cref="EncoderGradients"/> gives, or a combination of such; the
    /// parameters keep them.</param>
    /// <exception cref="ArgumentException">Another number, or one unlike its parameter in shape, type or device.
    /// </exception>
    /// <exception cref="InvalidOperationException">The encoder was run without a graph.</exception>
    public void SetEncoderGradient(int modality, IReadOnlyList<Tensor> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        Runs[modality].Graph.SetGradients(gradients);
        _summedEncoders.Add(modality);
    }

    private static void CheckLoss(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.numel() != 1)
        {
            throw new ArgumentException($"loss must be a scalar, but has shape {loss.Describe()}.", nameof(loss));
        }

        if (!loss.requires_grad)
        {
            throw new ArgumentException(
                "loss must have a graph, but has none: gradient mode must be on (no no_grad around the step), and the "
                + "loss must come from the step's representations.", nameof(loss));
        }
    }
}
