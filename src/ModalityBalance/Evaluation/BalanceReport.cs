using System.Globalization;
using ModalityBalance.Data;
using ModalityBalance.Models;
using ModalityBalance.Solvers;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>How evenly a model uses its modalities, on some data.</summary>
/// <param name="Fused">Scores of the fused prediction.</param>
/// <param name="NoModality">Scores of the fused prediction with no modality present, where a fusion is left with zeros or
/// its bias: the v(none) of the Shapley values.</param>
/// <param name="Modalities">Each modality's part.</param>
public sealed record BalanceReport(
    TaskScores Fused, TaskScores NoModality, IReadOnlyList<ModalityReport> Modalities)
{
    /// <summary>Measures a model; it is afterwards as before.</summary>
    /// <param name="model">The network, of at most <see cref="MissingModalities.MaxModalities"/> modalities.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="data">The samples, in batches of the size on which gradients are to be compared; epoch 0 is used,
    /// twice.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="teachers">Unimodal teachers to compare with, able to answer for this data; null for none.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <exception cref="ArgumentException">The data has no batch, or the model too many modalities.</exception>
    public static BalanceReport Of(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        ITeacherSource? teachers = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var scope = NewDisposeScope();
        var subsets = new SubsetPredictions(model);
        var meters = model.Modalities.Select((_, m) => new ModalityMeter(model, task, m)).ToArray();
        Evaluator.ForEachEncoded(model, data, device, Use, cancellation);
        var gradients = model.HasUnimodalHeads
            ? GradientConflicts.Measure(model, task, data, device, cancellation)
            : new ConflictSummary?[meters.Length];
        var scores = subsets.Score(task);
        var shapley = Shapley.Values([.. scores.Select(subset => subset.Scores.Primary)]);
        double?[] confidences = [.. meters.Select(meter => meter.Confidence)];
        return new BalanceReport(scores[^1].Scores, scores[0].Scores, [.. meters.Select((meter, m) =>
            meter.Report(Discrepancy(confidences, m), shapley[m], gradients[m]))]);

        void Use(MultimodalBatch batch, Tensor[] representations)
        {
            subsets.Add(batch, representations);
            var taught = teachers?.For(batch);
            for (int m = 0; m < meters.Length; m++)
            {
                meters[m].Add(batch, representations[m], taught);
            }
        }
    }

    /// <summary>Returns a line for the fused prediction and one per modality.</summary>
    public override string ToString() => string.Join(Environment.NewLine, [$"fused: {Fused}", .. Modalities]);

    /// <summary>One modality's confidence over the mean of the others', of those that some sample has.</summary>
    private static double? Discrepancy(double?[] confidences, int modality) =>
        confidences[modality] / confidences.Where((c, m) => m != modality && c is { } known && !double.IsNaN(known))
            .DefaultIfEmpty(double.NaN).Average();
}

/// <summary>One modality's part in a model.</summary>
/// <param name="Name">The modality.</param>
/// <param name="Head">Scores of its own prediction, over the samples that have it; null without unimodal heads. A head
/// that nothing trained says nothing.</param>
/// <param name="Teacher">Scores of its unimodal teacher on the same samples; null without teachers.</param>
/// <param name="Confidence">Its own head's mean confidence in the truth, in [0, 1], over the samples that have it; null
/// without heads, NaN when no sample has it.</param>
/// <param name="TeacherConfidence">Its unimodal teacher's mean confidence in the truth, in [0, 1], over the same samples; null
/// without teachers, NaN when no sample has the modality.</param>
/// <param name="DiscrepancyRatio">Its confidence divided by the mean of the other modalities' (Peng et al., CVPR 2022, Eq. 8;
/// the mean over more than one other is this library's reading). 1 says equally sure, not equally well trained. Null without
/// heads.</param>
/// <param name="Alignment">Cosine between its representation and its teacher's, both flattened, mean over the samples
/// that have it (G2D, Fig. 5), in [-1, 1]; 0 for a zero representation. Null where it cannot be taken.</param>
/// <param name="AlignmentUnavailableReason">Why <paramref name="Alignment"/> is null, a sentence; null where it is not.</param>
/// <param name="Shapley">Its exact Shapley value of the fused prediction's primary score over the subsets of modalities
/// present. The values of all modalities sum to the score with all minus the score with nothing.</param>
/// <param name="Gradients">How the fused and its own loss pull at its encoder; null without heads or anything to learn.
/// </param>
public sealed record ModalityReport(
    string Name,
    TaskScores? Head,
    TaskScores? Teacher,
    double? Confidence,
    double? TeacherConfidence,
    double? DiscrepancyRatio,
    double? Alignment,
    string? AlignmentUnavailableReason,
    double Shapley,
    ConflictSummary? Gradients)
{
    /// <summary>Its confidence in the multimodal model divided by its own teacher's (G2D, Rakib and Bagavathi, ICCV 2025,
    /// Fig. 6): 1 means as good as training by itself, less means starved. Null without heads or teachers.</summary>
    public double? ConfidenceRatio => Confidence / TeacherConfidence;

    /// <summary>Returns its figures in a line, without those that are null.</summary>
    public override string ToString()
    {
        (string Name, double? Value)[] figures =
        [
            ("head", Head?.Primary),
            ("teacher", Teacher?.Primary),
            ("Shapley value", Shapley),
            ("confidence", Confidence),
            ("confidence over its teacher's", ConfidenceRatio),
            ("confidence over the others'", DiscrepancyRatio),
            ("cosine to its teacher", Alignment),
            ("cosine of its gradients", Gradients?.MeanCosine),
        ];
        return $"{Name}: " + string.Join(", ", figures.Where(figure => figure.Value is not null).Select(figure =>
            string.Create(CultureInfo.InvariantCulture, $"{figure.Name} {figure.Value:0.000}")));
    }
}
