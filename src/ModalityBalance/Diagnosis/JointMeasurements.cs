using ModalityBalance.Gradients;

namespace ModalityBalance.Diagnosis;

/// <summary>What <see cref="MeasuredJoint"/> saw in the steps that it measured, at least one, in their order.</summary>
/// <param name="Conflicts">For each step and modality, the gradients of the encoder's parameters: fused loss first, the
/// modality's own second. Null where the model has no unimodal heads or the encoder had nothing to learn.</param>
/// <param name="Distillation">For each step and modality, the gradients at the representation: of the mean distillation
/// loss |z - g|^2 (first), unscaled, and of the mean task loss (second). Null where no sample had the modality, or the
/// teacher's representation has another shape.</param>
/// <param name="TeacherConfidences">Each teacher's confidence, over the training set where it is known, else the mean
/// over the measured batches; NaN for a modality that no sample had.</param>
public sealed record JointMeasurements(
    IReadOnlyList<IReadOnlyList<GradientPair?>> Conflicts,
    IReadOnlyList<IReadOnlyList<GradientPair?>> Distillation,
    IReadOnlyList<double> TeacherConfidences)
{
    /// <summary>What an <see cref="AlphaTrial"/> saw, which stands in for <see cref="Distillation"/> where it is given;
    /// null by default.</summary>
    public IReadOnlyList<IReadOnlyList<GradientPair?>>? Trial { get; init; }
}
