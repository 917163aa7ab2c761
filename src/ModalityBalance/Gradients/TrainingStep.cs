using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

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
public sealed partial class TrainingStep
{
    private readonly TeacherOutputs? _teachers;
    private readonly long? _microBatch;
    private readonly DiagnosingModel _traced;
    private EncoderForward[]? _runs;
    private Tensor[]? _representations;

    /// <summary>A step of <paramref name="model"/> on <paramref name="batch"/>.</summary>
    /// <param name="model">The network, in training mode.</param>
    /// <param name="task">The learning task.</param>
    /// <param name="batch">On the model's device; one input per modality of the model.</param>
    /// <param name="epoch">Epoch, from 0; for strategies with phases.</param>
    /// <param name="index">Step since the start of training, from 0; for messages.</param>
    /// <param name="teachers">What the teachers say of the batch; null if the strategy needs none.</param>
    /// <param name="microBatch">Samples that an encoder keeps a graph of at once, at least 1; null, the default, for all.
    /// The gradients are those of the whole batch whatever it is (layers that mix samples, such as batch normalization,
    /// see one micro-batch at a time); memory is that of one, at the price of a second encoder run. On a GPU, dropout inside
    /// encoders draws other numbers in that second run.</param>
    /// <exception cref="ArgumentException">Batch or teachers, and the model, differ in the number of modalities.
    /// </exception>
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
        (_teachers, _microBatch, _traced) = (teachers, microBatch, new DiagnosingModel(model, index));
        if (teachers is not null && teachers.Representations.Count != ModalityCount)
        {
            throw new ArgumentException(
                $"teachers must say something of each of the model's {ModalityCount} modalities "
                + $"({string.Join(", ", model.Modalities)}), but do of {teachers.Representations.Count}.",
                nameof(teachers));
        }
    }

    /// <summary>The network.</summary>
    public IMultimodalModel Model { get; }

    /// <summary>The learning task.</summary>
    public LearningTask Task { get; }

    /// <summary>The batch.</summary>
    public MultimodalBatch Batch { get; }

    /// <summary>Epoch, from 0.</summary>
    public int Epoch { get; }

    /// <summary>Step since the start of training, from 0.</summary>
    public long Index { get; }

    /// <summary>The number of the turn within the batch, from 0, below the strategy's
    /// <c>TurnsPerBatch</c>.</summary>
    public int Turn { get; init; }

    /// <summary>The share of the epoch's batches that were used before this step, in [0, 1), or <see langword="null"/> if it is
    /// unknown.</summary>
    public double? EpochProgress { get; init; }

    /// <summary>Number of modalities, M.</summary>
    public int ModalityCount => Model.Modalities.Count;

    /// <summary>The cost of the step so far.</summary>
    public EncoderPasses Passes => (_runs ?? []).Aggregate(default(EncoderPasses), (sum, run) => sum + run.Passes);

    /// <summary>The cut representations z_m, leaves that require a gradient, each [batch, ...].</summary>
    /// <exception cref="InvalidOperationException"><see cref="Encode"/> was not called.</exception>
    public IReadOnlyList<Tensor> Representations =>
        _representations ?? throw NotEncoded();

    /// <summary>Clears all gradients (to null) and runs the encoders, each once.</summary>
    /// <param name="use">What to do with each encoder, by its index. Defaults to <see cref="EncoderUse.Learn"/> for all.
    /// </param>
    /// <param name="freezeOthers">Whether encoders that are run without a graph are in evaluation mode, so that their buffers
    /// stay as they are. Defaults to <see langword="false"/>.</param>
    /// <exception cref="InvalidOperationException">The step was encoded before; libtorch rejected the input of an encoder; or
    /// an encoder that is to learn returned a representation without a graph.</exception>
    public void Encode(Func<int, EncoderUse>? use = null, bool freezeOthers = false)
    {
        if (_runs is not null)
        {
            throw new InvalidOperationException("Encode must be called once per step, but was called again.");
        }

        Model.Root.zero_grad();
        _runs = Enumerable.Range(0, ModalityCount).Select(m => new EncoderForward(
            _traced, Batch, m, use?.Invoke(m) ?? EncoderUse.Learn, freezeOthers, _microBatch)).ToArray();
        _representations = _runs.Select(run => run.Representation).ToArray();
    }

    private EncoderForward[] Runs => _runs ?? throw NotEncoded();

    private static InvalidOperationException NotEncoded() =>
        new("Encode must be called before the representations are used.");
}
