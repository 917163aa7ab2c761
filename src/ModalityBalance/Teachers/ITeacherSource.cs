using ModalityBalance.Data;

namespace ModalityBalance.Teachers;

/// <summary>A source of teacher outputs: a cache by sample index, or teachers that run on the batch.</summary>
public interface ITeacherSource
{
    /// <summary>The teachers' modalities in the order of their outputs, to be compared with the model's; null, the default,
    /// if unknown.</summary>
    IReadOnlyList<string>? Modalities => null;

    /// <summary>Whether the outputs come with the teachers' confidences over the whole training set; false by default.
    /// </summary>
    bool HasOverallConfidences => false;

    /// <summary>The teachers' outputs for a batch.</summary>
    /// <param name="batch">On the device where the outputs are wanted.</param>
    /// <returns>New tensors on the batch's device; the caller, or the open dispose scope, owns them.</returns>
    TeacherOutputs For(MultimodalBatch batch);
}
