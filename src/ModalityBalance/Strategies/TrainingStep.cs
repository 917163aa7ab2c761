using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>
/// The tools with which a strategy differentiates a model on one batch. The graph is cut at the representations:
/// fusion and heads see detached leaves, so that any number of losses can be differentiated at the cheap top, and each
/// encoder is passed backward once per cotangent that the strategy sends down.
/// <code>
/// Encode            z_m = f_m(x_m), cut
/// losses            of the fused prediction and of each modality's own
/// BackwardTop       gradients at the representations, and on fusion and heads
/// BackwardEncoder   one vector-Jacobian product into an encoder's parameters
/// </code>
/// Used once, inside one dispose scope, on one thread; its tensors belong to that scope.
/// </summary>
public sealed class TrainingStep
{
    private readonly Tensor[] _encoded;
    private readonly Tensor[] _representations;
    private bool[]? _learns;

    /// <summary>A step of <paramref name="model"/> on <paramref name="batch"/>.</summary>
    /// <param name="model">The network, in training mode.</param>
    /// <param name="task">What it learns.</param>
    /// <param name="batch">On the model's device; one input per modality of the model.</param>
    /// <param name="epoch">Epoch, from 0; for strategies with phases.</param>
    /// <param name="index">Step since the start of training, from 0; for messages.</param>
    /// <exception cref="ArgumentException">Batch and model differ in the number of modalities.</exception>
    public TrainingStep(
        IMultimodalModel model, LearningTask task, MultimodalBatch batch, int epoch = 0, long index = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (batch.Inputs.Count != model.Modalities.Count)
        {
            throw new ArgumentException(
                $"batch must hold {model.Modalities.Count} modalities ({string.Join(", ", model.Modalities)}), "
                + $"but holds {batch.Inputs.Count}.", nameof(batch));
        }

        (Model, Task, Batch, Epoch, Index) = (model, task, batch, epoch, index);
        _encoded = new Tensor[ModalityCount];
        _representations = new Tensor[ModalityCount];
    }

    /// <summary>The network.</summary>
    public IMultimodalModel Model { get; }

    /// <summary>What it learns.</summary>
    public LearningTask Task { get; }

    /// <summary>The batch.</summary>
    public MultimodalBatch Batch { get; }

    /// <summary>Epoch, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Step since the start of training, from 0.</summary>
    public long Index { get; }

    /// <summary>Number of modalities, M.</summary>
    public int ModalityCount => Model.Modalities.Count;

    /// <summary>What the step has cost so far.</summary>
    public EncoderPasses Passes { get; private set; }

    /// <summary>The cut representations z_m, leaves that require a gradient, each [batch, ...].</summary>
    /// <exception cref="InvalidOperationException"><see cref="Encode"/> was not called.</exception>
    public IReadOnlyList<Tensor> Representations =>
        _learns is not null
            ? _representations
            : throw new InvalidOperationException("Encode must be called before representations are used.");

    /// <summary>Clears all gradients (to null) and runs every encoder once.</summary>
    /// <param name="learns">Which encoders keep a graph, so that they can learn; null for all. An encoder without one
    /// costs a third.</param>
    /// <exception cref="InvalidOperationException">The step was encoded before.</exception>
    public void Encode(Func<int, bool>? learns = null)
    {
        if (_learns is not null)
        {
            throw new InvalidOperationException("Encode must be called once per step, but was called again.");
        }

        Model.Root.zero_grad();
        _learns = Enumerable.Range(0, ModalityCount).Select(learns ?? (_ => true)).ToArray();
        for (int m = 0; m < ModalityCount; m++)
        {
            using (set_grad_enabled(_learns[m]))
            {
                _encoded[m] = RunEncoder(m);
            }

            _representations[m] = _encoded[m].detach().requires_grad_();
        }
    }

    /// <summary>The fused prediction on the cut representations.</summary>
    /// <returns>What <see cref="IMultimodalModel.Fuse"/> gives.</returns>
    public Tensor Predict() => Model.Fuse(Representations, Batch.Present?.Values);

    /// <summary>The task loss of every sample's fused prediction.</summary>
    /// <returns>[batch].</returns>
    public Tensor TaskLosses() => Task.LossPerSample(Predict(), Batch.Targets);

    /// <summary>The task loss of one modality's own prediction, mean over the samples that have it.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <returns>A scalar; zero when no sample has the modality.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads.</exception>
    public Tensor UnimodalLoss(int modality)
    {
        var prediction = Model.PredictUnimodal(modality, Representations[modality]);
        return MeanOverPresent(modality, Task.LossPerSample(prediction, Batch.Targets));
    }

    /// <summary>The sum of all modalities' own losses.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads.</exception>
    public Tensor UnimodalLossSum() =>
        Enumerable.Range(0, ModalityCount).Select(UnimodalLoss).Aggregate((sum, loss) => sum + loss);

    /// <summary>The mean of per-sample values over the samples that have a modality.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="perSample">[batch].</param>
    /// <returns>A scalar; zero when no sample has the modality.</returns>
    public Tensor MeanOverPresent(int modality, Tensor perSample)
    {
        ArgumentNullException.ThrowIfNull(perSample);
        if (Batch.Present is not { } present)
        {
            return perSample.mean();
        }

        var here = present.Values.select(1, modality);
        return where(here, perSample, zeros_like(perSample)).sum() / Math.Max(1, present.Rows(modality).Length);
    }

    /// <summary>Differentiates a loss down to the cut: adds to the gradients of fusion and heads.</summary>
    /// <param name="loss">A scalar of the top; its graph is used up.</param>
    /// <returns>The loss's gradient at each representation, [batch, ...]; null where it does not depend on it.
    /// </returns>
    public IReadOnlyList<Tensor?> BackwardTop(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        loss.backward();
        return Representations.Select(TakeGradient).ToArray();
    }

    /// <summary>Adds one vector-Jacobian product to the gradients of an encoder's parameters.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="cotangent">The gradient at the representation, same shape; null adds nothing.</param>
    /// <exception cref="InvalidOperationException">The encoder was run without a graph.</exception>
    public void BackwardEncoder(int modality, Tensor? cotangent)
    {
        if (_learns is null || !_learns[modality])
        {
            throw new InvalidOperationException(
                $"Modality '{Model.Modalities[modality]}' must be encoded with a graph to learn, but was not.");
        }

        // An encoder whose parameters are all frozen has no graph, and nothing to do.
        if (cotangent is not null && _encoded[modality].requires_grad)
        {
            _encoded[modality].backward([cotangent]);
            Passes = Passes with { Backwards = Passes.Backwards + 1 };
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

    private static Tensor? TakeGradient(Tensor leaf)
    {
        var gradient = leaf.grad;
        leaf.grad = null;
        return gradient;
    }

    /// <summary>Encodes the samples that have the modality; the others' representations are zeros, so that nothing
    /// of their inputs is seen, not even by batch statistics.</summary>
    private Tensor RunEncoder(int modality)
    {
        var rows = Batch.Present?.Rows(modality);
        if (rows is null || rows.Length == Batch.Size)
        {
            return CountedEncode(modality, Batch.Inputs[modality]);
        }

        if (rows.Length == 0)
        {
            return NothingEncoded(modality);
        }

        var index = tensor(rows, device: Batch.Targets.device);
        var some = CountedEncode(modality, Batch.Inputs[modality].Select(index));
        return zeros([Batch.Size, .. some.shape[1..]], some.dtype, some.device).index_copy(0, index, some);
    }

    /// <summary>Zeros in the shape of the representations, learnt from one sample without touching any state.</summary>
    private Tensor NothingEncoded(int modality)
    {
        using var graphless = no_grad();
        using var evaluation = EvaluationMode.Enter(Model.Encoder(modality));
        var first = Batch.Inputs[modality].Select(zeros(1, dtype: ScalarType.Int64, device: Batch.Targets.device));
        var encoded = Model.Encode(modality, first);
        return zeros([Batch.Size, .. encoded.shape[1..]], encoded.dtype, encoded.device);
    }

    private Tensor CountedEncode(int modality, ModalityInput input)
    {
        Passes = Passes with { Forwards = Passes.Forwards + 1 };
        var encoded = Model.Encode(modality, input);
        return encoded.shape.FirstOrDefault() == input.BatchSize
            ? encoded
            : throw new ArgumentException(
                $"The encoder of '{Model.Modalities[modality]}' must give {input.BatchSize} representations, but gave "
                + $"shape {encoded.Describe()}.");
    }
}
