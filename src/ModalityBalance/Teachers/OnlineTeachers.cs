using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>
/// Teachers that run on every batch, for inputs that change from epoch to epoch (augmentation). They run in evaluation
/// mode and without a graph; their parameters and buffers stay as they are, and each of their parts keeps the mode that
/// it had. Against a <see cref="TeacherCache"/> every step costs one more forward pass per encoder, and one read from
/// the device, which waits for it, for the confidences.
/// </summary>
public sealed class OnlineTeachers : ITeacherSource
{
    private readonly IMultimodalModel _teachers;
    private readonly LearningTask _task;

    /// <summary>Teachers for the batches to come.</summary>
    /// <param name="teachers">A model with unimodal heads, on the device of the batches; stays the caller's.</param>
    /// <param name="task">What they have learned; it says how sure they are.</param>
    /// <exception cref="ArgumentException">The model has no unimodal heads.</exception>
    public OnlineTeachers(IMultimodalModel teachers, LearningTask task)
    {
        TeacherPass.CheckTeachers(teachers);
        ArgumentNullException.ThrowIfNull(task);
        (_teachers, _task) = (teachers, task);
    }

    /// <summary>The teachers' modalities, in order.</summary>
    public IReadOnlyList<string> Modalities => _teachers.Modalities;

    /// <summary>The network behind the outputs.</summary>
    internal IMultimodalModel Model => _teachers;

    /// <inheritdoc/>
    /// <remarks>Samples without a modality have zeros for its outputs and no part in its confidence, which is NaN when
    /// no sample has it. Confidences over the whole training set are unknown.</remarks>
    /// <exception cref="ArgumentException">Batch and teachers differ in the number of modalities.</exception>
    public TeacherOutputs For(MultimodalBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        var passes = TeacherPass.Run(_teachers, _task, batch);

        // One read for all modalities.
        var confidences = stack(passes.Select(pass => pass.Confidences)).cpu().data<double>().ToArray();
        return new TeacherOutputs(
            passes.Select(pass => pass.Representation.MoveToOuterDisposeScope()).ToArray(),
            passes.Select(pass => pass.Logits.MoveToOuterDisposeScope()).ToArray(),
            confidences.Chunk((int)batch.Size)
                .Select((perSample, m) => TeacherConfidence.Mean(perSample, batch.Present, m)).ToArray());
    }
}
