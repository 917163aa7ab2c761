using ModalityBalance.Internal;
using ModalityBalance.Models;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <content>Losses on the cut representations.</content>
public sealed partial class TrainingStep
{
    /// <summary>The fused prediction from the cut representations.</summary>
    /// <returns>The result of <see cref="IMultimodalModel.Fuse"/>.</returns>
    /// <exception cref="InvalidOperationException">libtorch rejected the representations.</exception>
    public Tensor Predict() => Predict(Representations, Batch.Present?.Values);

    /// <summary>The fused prediction from other representations, or for a subset of the modalities.</summary>
    /// <param name="representations">One per modality, [batch, ...] each.</param>
    /// <param name="present">The modalities to fuse, bool [batch, M], or <see langword="null"/> for all.</param>
    /// <returns>The result of <see cref="IMultimodalModel.Fuse"/>.</returns>
    /// <exception cref="InvalidOperationException">libtorch rejected the representations.</exception>
    public Tensor Predict(IReadOnlyList<Tensor> representations, Tensor? present) =>
        _traced.Fuse(representations, present);

    /// <summary>The prediction of one modality from its cut representation.</summary>
    /// <param name="modality">An index in [0, M).</param>
    /// <returns>The result of <see cref="IMultimodalModel.PredictUnimodal"/>.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads, or libtorch rejected the
    /// representation.</exception>
    public Tensor PredictUnimodal(int modality) => _traced.PredictUnimodal(modality, Representations[modality]);

    /// <summary>The prediction of the model's shared head from one modality's cut representation.</summary>
    /// <param name="modality">An index in [0, M).</param>
    /// <returns>The result of <see cref="IMultimodalModel.SharedHead"/>.</returns>
    /// <exception cref="InvalidOperationException">The model has no shared head, or libtorch rejected the representation.
    /// </exception>
    public Tensor PredictShared(int modality) => _traced.PredictShared(Representations[modality]);

    /// <summary>The mean task loss of the fused prediction.</summary>
    /// <returns>A scalar.</returns>
    public Tensor TaskLoss() => Mean(TaskLosses());

    /// <summary>The task loss of every sample's fused prediction.</summary>
    /// <returns>[batch].</returns>
    public Tensor TaskLosses() => TaskLosses(Predict());

    /// <summary>The task loss of every sample's prediction.</summary>
    /// <param name="prediction">The fused one, or that of one modality.</param>
    /// <returns>[batch].</returns>
    /// <exception cref="ArgumentException">The task returned another shape.</exception>
    public Tensor TaskLosses(Tensor prediction) =>
        PerSample(Task.LossPerSample(prediction, Batch.Targets), "The task's losses");

    /// <summary>The mean task loss of one modality's prediction over the samples that have the modality.</summary>
    /// <param name="modality">An index in [0, M).</param>
    /// <returns>A scalar; zero if no sample has the modality.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads, or libtorch rejected the
    /// representation.</exception>
    public Tensor UnimodalLoss(int modality) => Mean(TaskLosses(PredictUnimodal(modality)), modality);

    /// <summary>The sum of the unimodal losses of all modalities.</summary>
    /// <returns>A scalar.</returns>
    /// <exception cref="InvalidOperationException">The model has no unimodal heads, or libtorch rejected the
    /// representation.</exception>
    public Tensor UnimodalLossSum() =>
        Enumerable.Range(0, ModalityCount).Select(UnimodalLoss).Aggregate((sum, loss) => sum + loss);

    /// <summary>The mean of per-sample values over the batch, in all processes. Strategies average by this method and its
    /// overloads only: they are the places that know over which samples a loss is taken.</summary>
    /// <param name="perSample">[batch].</param>
    /// <returns>A scalar, the same in all processes. Its gradient is this process's share.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public Tensor Mean(Tensor perSample)
    {
        ArgumentNullException.ThrowIfNull(perSample);
        PerSample(perSample, nameof(perSample));
        return Processes.Size == 1 ? perSample.mean() : OverProcesses(perSample.sum() / SampleCount);
    }

    /// <summary>The mean of per-sample values over the samples that have a modality, in all processes.</summary>
    /// <param name="perSample">[batch].</param>
    /// <param name="modality">An index in [0, M).</param>
    /// <returns>A scalar, as for <see cref="Mean(Tensor)"/>; zero if no sample has the modality.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public Tensor Mean(Tensor perSample, int modality) =>
        Mean(perSample, Batch.Present?.Values.select(1, modality), () => SamplesWith(modality));

    /// <summary>The mean of per-sample values over the samples that have two modalities, in all processes.</summary>
    /// <param name="perSample">[batch].</param>
    /// <param name="modality">An index in [0, M).</param>
    /// <param name="other">Another index in [0, M).</param>
    /// <returns>A scalar, as for <see cref="Mean(Tensor)"/>; zero if no sample has both.</returns>
    /// <exception cref="ArgumentException">Another shape.</exception>
    public Tensor Mean(Tensor perSample, int modality, int other) => Mean(
        perSample,
        Batch.Present is { } present ? present.Values.select(1, modality).logical_and(present.Values.select(1, other)) : null,
        () => SamplesWith(modality, other));

    /// <summary>This process's samples that have two modalities, in ascending order.</summary>
    /// <param name="modality">An index in [0, M).</param>
    /// <param name="other">Another index in [0, M).</param>
    public long[] RowsWith(int modality, int other) => Batch.Present is { } present
        ? [.. present.Rows(modality).Intersect(present.Rows(other))]
        : [.. Enumerable.Range(0, (int)Batch.Size).Select(row => (long)row)];

    private Tensor Mean(Tensor perSample, Tensor? here, Func<long> count)
    {
        ArgumentNullException.ThrowIfNull(perSample);
        PerSample(perSample, nameof(perSample));
        if (here is null && Processes.Size == 1)
        {
            return perSample.mean();
        }

        var sum = here is null ? perSample.sum() : where(here, perSample, zeros_like(perSample)).sum();
        return OverProcesses(sum / Math.Max(1, count()));
    }

    /// <summary>Refuses what is not one value per sample: a mask would spread [batch, 1] to [batch, batch].</summary>
    private Tensor PerSample(Tensor values, string what) =>
        values.dim() == 1 && values.shape[0] == Batch.Size
            ? values
            : throw new ArgumentException(
                $"{what} must be one per sample, of shape [{Batch.Size}], but have shape {values.Describe()}.");
}
