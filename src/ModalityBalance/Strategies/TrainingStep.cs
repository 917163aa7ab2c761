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
    private readonly TeacherOutputs? _teachers;
    private readonly long? _microBatch;
    private EncoderRun[]? _runs;
    private Tensor[]? _representations;

    /// <summary>A step of <paramref name="model"/> on <paramref name="batch"/>.</summary>
    /// <param name="model">The network, in training mode.</param>
    /// <param name="task">What it learns.</param>
    /// <param name="batch">On the model's device; one input per modality of the model.</param>
    /// <param name="epoch">Epoch, from 0; for strategies with phases.</param>
    /// <param name="index">Step since the start of training, from 0; for messages.</param>
    /// <param name="teachers">What the teachers say of the batch; null if the strategy needs none.</param>
    /// <param name="microBatch">Samples that an encoder keeps a graph of at once, at least 1; null, the default, for all.
    /// The gradients are those of the whole batch whatever it is (layers that mix samples, such as batch normalisation,
    /// see a micro-batch alone); memory is that of one, at the price of a second encoder run. On a GPU, dropout inside
    /// encoders draws anew in that second run.</param>
    /// <exception cref="ArgumentException">Batch and model differ in the number of modalities.</exception>
    public TrainingStep(
        IMultimodalModel model,
        LearningTask task,
        MultimodalBatch batch,
        int epoch = 0,
        long index = 0,
        TeacherOutputs? teachers = null,
        long? microBatch = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfLessThan(microBatch ?? 1, 1, nameof(microBatch));
        batch.CheckModalities(model.Modalities, "model");
        (Model, Task, Batch, Epoch, Index) = (model, task, batch, epoch, index);
        (_teachers, _microBatch) = (teachers, microBatch);
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

    /// <summary>What the teachers say of the batch.</summary>
    /// <exception cref="InvalidOperationException">The step was made without teachers.</exception>
    public TeacherOutputs Teachers =>
        _teachers ?? throw new InvalidOperationException("The step must be given teacher outputs, but has none.");

    /// <summary>A teacher's representation, checked against the encoder's.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <returns>In the shape of the representation; the teacher outputs own it.</returns>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public Tensor TeacherRepresentation(int modality)
    {
        var teacher = Teachers.Representations[modality];
        return teacher.shape.SequenceEqual(Representations[modality].shape)
            ? teacher
            : throw new ArgumentException(
                $"The teacher of '{Model.Modalities[modality]}' must give representations of shape "
                + $"{Representations[modality].Describe()}, as the encoder does, but gave {teacher.Describe()}.");
    }

    /// <summary>Number of modalities, M.</summary>
    public int ModalityCount => Model.Modalities.Count;

    /// <summary>What the step has cost so far.</summary>
    public EncoderPasses Passes => (_runs ?? []).Aggregate(default(EncoderPasses), (sum, run) => sum + run.Passes);

    /// <summary>The cut representations z_m, leaves that require a gradient, each [batch, ...].</summary>
    /// <exception cref="InvalidOperationException"><see cref="Encode"/> was not called.</exception>
    public IReadOnlyList<Tensor> Representations =>
        _representations ?? throw NotEncoded();

    /// <summary>Clears all gradients (to null) and runs every encoder once.</summary>
    /// <param name="learns">Which encoders keep a graph, so that they can learn; null for all. An encoder without one
    /// costs a third.</param>
    /// <param name="freezeOthers">Whether the encoders without a graph run in evaluation mode, so that their buffers
    /// stay as they are.</param>
    /// <exception cref="InvalidOperationException">The step was encoded before.</exception>
    public void Encode(Func<int, bool>? learns = null, bool freezeOthers = false)
    {
        if (_runs is not null)
        {
            throw new InvalidOperationException("Encode must be called once per step, but was called again.");
        }

        Model.Root.zero_grad();
        _runs = Enumerable.Range(0, ModalityCount)
            .Select(m => new EncoderRun(
                Model, Batch, m, learns?.Invoke(m) ?? true, freezeOthers, _microBatch)).ToArray();
        _representations = _runs.Select(run => run.Representation).ToArray();
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

    /// <summary>The gradient of a loss at each representation alone; fusion and heads stay as they are.</summary>
    /// <param name="loss">A scalar of the top; its graph is kept.</param>
    /// <returns>[batch, ...] per modality, zeros where the loss does not depend on it.</returns>
    public IReadOnlyList<Tensor> GradientAtRepresentations(Tensor loss)
    {
        var leaves = Runs.Select(run => run.Representation).ToArray();
        var gradients = autograd.grad([loss], leaves, retain_graph: true, allow_unused: true);
        return gradients.Zip(leaves, EncoderRun.OrZeros).ToArray();
    }

    /// <summary>Differentiates a loss down to the cut: adds to the gradients of fusion and heads.</summary>
    /// <param name="loss">A scalar of the top; its graph is used up.</param>
    /// <returns>The loss's gradient at each representation, [batch, ...]; null where it does not depend on it.
    /// </returns>
    public IReadOnlyList<Tensor?> BackwardTop(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        loss.backward();
        return Runs.Select(run => run.TakeGradient()).ToArray();
    }

    /// <summary>Adds one vector-Jacobian product to the gradients of an encoder's parameters.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="cotangent">The gradient at the representation, same shape; null adds nothing.</param>
    /// <exception cref="InvalidOperationException">The encoder was run without a graph.</exception>
    public void BackwardEncoder(int modality, Tensor? cotangent)
    {
        if (cotangent is not null)
        {
            Runs[modality].Backward(cotangent);
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
    /// <param name="cotangents">At least one gradient at the representation, same shape.</param>
    /// <param name="keepGraph">Whether another product into this encoder will follow.</param>
    /// <returns>For each cotangent one gradient per parameter that requires one, in the encoder's order; zeros where the
    /// representation does not depend on it. Empty when the encoder has nothing to learn from this batch.</returns>
    /// <exception cref="InvalidOperationException">The encoder was run without a graph.</exception>
    public IReadOnlyList<IReadOnlyList<Tensor>> EncoderGradients(
        int modality, IReadOnlyList<Tensor> cotangents, bool keepGraph = false)
    {
        ArgumentNullException.ThrowIfNull(cotangents);
        return Runs[modality].Gradients([.. cotangents], keepGraph);
    }

    /// <summary>Sets the gradients of an encoder's parameters.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="gradients">One of what <see cref="EncoderGradients"/> gives, or a combination of such.</param>
    public void SetEncoderGradient(int modality, IReadOnlyList<Tensor> gradients)
    {
        foreach (var (parameter, gradient) in Runs[modality].Parameters.Zip(gradients))
        {
            parameter.grad = gradient;
        }
    }

    private EncoderRun[] Runs => _runs ?? throw NotEncoded();

    private static InvalidOperationException NotEncoded() =>
        new("Encode must be called before the representations are used.");
}
