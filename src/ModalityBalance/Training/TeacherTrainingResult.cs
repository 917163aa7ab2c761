namespace ModalityBalance.Training;

/// <summary>The training of unimodal teachers in numbers.</summary>
/// <param name="Epochs">Every epoch, in order; the fused scores of a validation are those of the ensemble.</param>
/// <param name="BestEpochs">For each modality, the first epoch with the highest primary score of its own prediction on
/// the validation data; null without validation.</param>
public sealed record TeacherTrainingResult(IReadOnlyList<EpochSummary> Epochs, IReadOnlyList<int?> BestEpochs)
{
    /// <summary>Returns the number of epochs, and the best one of each modality where there was a validation.</summary>
    public override string ToString() =>
        $"{Epochs.Count} epochs{(BestEpochs.Contains(null) ? "" : $"; best epoch of each modality: {string.Join(", ", BestEpochs)}")}";
}
