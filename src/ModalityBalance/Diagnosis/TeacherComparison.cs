using ModalityBalance.Gradients;
using ModalityBalance.Strategies;
using static TorchSharp.torch;

namespace ModalityBalance.Diagnosis;

/// <summary>The gradients that I2MCL's alpha compares at one representation: the gradient of the unscaled mean distillation loss
/// (first) and that of the mean task loss (second).</summary>
internal static class TeacherComparison
{
    /// <param name="step">Encoded.</param>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="fromTask">The task loss's gradient; null where it does not depend on the representation.</param>
    /// <returns>A row entry; an empty one when no sample has the modality, or its teacher has another width.</returns>
    public static Tensor Of(TrainingStep step, int modality, Tensor? fromTask)
    {
        var representation = step.Representations[modality];
        if (fromTask is null || !step.Teachers.Representations[modality].shape.SequenceEqual(representation.shape))
        {
            return DeviceRows.NoEntry(representation.device);
        }

        var lesson = new Distillation(step, modality, scale: 1);
        return lesson.Samples == 0
            ? DeviceRows.NoEntry(representation.device)
            : DeviceRows.Entry(step.ProductsAtRepresentations([lesson.Gradient()], [fromTask]));
    }
}
