using ModalityBalance.Internal;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <content>Losses on the cut representations.</content>
public sealed partial class TrainingStep
{
    /// <summary>The fused prediction on the cut representations.</summary>
    /// <returns>What <see cref="IMultimodalModel.Fuse"/> gives.</returns>
    /// <exception cref="InvalidOperationException">libtorch refused the representations.</exception>
    public Tensor Predict() => _traced.Fuse(Representations, Batch.Present?.Values);

    /// <summary>The task loss of every sample's fused prediction.</summary>
    /// <returns>[batch].</returns>
    public Tensor TaskLosses() => TaskLosses(Predict());

    /// <summary>The task loss of every sample's prediction.</summary>
    /// <param name="prediction">The fused one, or one modality's own.</param>
    /// <returns>[batch].</returns>
    /// <exception cref="ArgumentException">The task gives another shape.</exception>
    public Tensor TaskLosses(Tensor prediction) =>
        PerSample(Task.LossPerSample(prediction, Batch.Targets), "The task's losses");

    /// <summary>The task loss of one modality's own prediction, mean over the samples that have it.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <returns>A scalar; zero when no sample has the modality.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads, or libtorch refused the
    /// representation.</exception>
    public Tensor UnimodalLoss(int modality)
    {
        var prediction = _traced.PredictUnimodal(modality, Representations[modality]);
        return MeanOverPresent(modality, TaskLosses(prediction));
    }

    /// <summary>The sum of all modalities' own losses.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads, or libtorch refused the
    /// representation.</exception>
    public Tensor UnimodalLossSum() =>
        Enumerable.Range(0, ModalityCount).Select(UnimodalLoss).Aggregate((sum, loss) => sum + loss);

    /// <summary>The mean of per-sample values over the samples that have a modality.</summary>
    /// <param name="modality">Index in [0, M).</param>
    /// <param name="perSample">[batch].</param>
    /// <returns>A scalar; zero when no sample has the modality.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public Tensor MeanOverPresent(int modality, Tensor perSample)
    {
        ArgumentNullException.ThrowIfNull(perSample);
        PerSample(perSample, nameof(perSample));
        if (Batch.Present is not { } present)
        {
            return perSample.mean();
        }

        var here = present.Values.select(1, modality);
        return where(here, perSample, zeros_like(perSample)).sum() / Math.Max(1, present.Rows(modality).Length);
    }

    /// <summary>Refuses what is not one value per sample: a mask would spread [batch, 1] to [batch, batch].</summary>
    private Tensor PerSample(Tensor values, string what) =>
        values.dim() == 1 && values.shape[0] == Batch.Size
            ? values
            : throw new ArgumentException(
                $"{what} must be one per sample, of shape [{Batch.Size}], but have shape {values.Describe()}.");
}
