using ModalityBalance.Gradients;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The distance between a student's and its teacher's features, as UMT and G2D measure it.</summary>
internal static class FeatureDistillation
{
    /// <summary>The mean over features of (z_m - t_m)^2, averaged over the samples that have the modality: a scalar with a
    /// graph.</summary>
    public static Tensor MeanSquaredError(TrainingStep step, int modality)
    {
        var difference = step.Representations[modality] - step.TeacherRepresentation(modality);
        return step.Mean(difference.reshape(difference.shape[0], -1).square().mean([1L]), modality);
    }
}
