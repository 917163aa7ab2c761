using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using ModalityBalance.Teachers;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>Collects what a balance report says of one modality, batch by batch.</summary>
internal sealed class ModalityMeter(IMultimodalModel model, LearningTask task, int modality)
{
    private readonly RowLog _head = new();
    private readonly RowLog _teacher = new();
    private readonly RowLog _confidence = new();
    private readonly RowLog _teacherConfidence = new();
    private readonly RowLog _cosine = new();
    private string? _noAlignment = "No teachers were given.";
    private bool _taught;

    /// <summary>The head's mean confidence; null without heads.</summary>
    public double? Confidence => model.HasUnimodalHeads ? Mean(_confidence) : null;

    public void Add(MultimodalBatch batch, Tensor representation, TeacherOutputs? teachers)
    {
        var rows = batch.Present?.Rows(modality);
        if (model.HasUnimodalHeads)
        {
            var prediction = model.PredictUnimodal(modality, representation.clone());
            _head.Add(prediction, batch.Targets, rows);
            _confidence.Add(task.ConfidencePerSample(prediction, batch.Targets), batch.Targets, rows);
        }

        if (teachers is not null)
        {
            _taught = true;
            var logits = teachers.Logits[modality];
            _teacher.Add(logits, batch.Targets, rows);
            _teacherConfidence.Add(task.ConfidencePerSample(logits, batch.Targets), batch.Targets, rows);
            Align(batch, representation, teachers.Representations[modality], rows);
        }
    }

    private double? TeacherConfidence => _taught ? Mean(_teacherConfidence) : null;

    public ModalityReport Report(double? discrepancy, double shapley, ConflictSummary? gradients) => new(
        model.Modalities[modality],
        model.HasUnimodalHeads ? _head.Score(task) : null,
        _taught ? _teacher.Score(task) : null,
        Confidence,
        TeacherConfidence,
        discrepancy,
        _noAlignment is null ? Mean(_cosine) : null,
        _noAlignment,
        shapley,
        gradients);

    private void Align(MultimodalBatch batch, Tensor own, Tensor taught, long[]? rows)
    {
        if (!own.shape.SequenceEqual(taught.shape))
        {
            _noAlignment = $"The student's representation has shape {own.Describe()}, the teacher's "
                + $"{taught.Describe()}.";
            return;
        }

        _noAlignment = null;
        var (z, t) = (Rows(own), Rows(taught));
        var lengths = (z.square().sum([1L]) * t.square().sum([1L])).sqrt();
        var cosines = where(lengths.gt(0), (z * t).sum([1L]) / lengths, zeros_like(lengths));
        _cosine.Add(cosines, batch.Targets, rows);
    }

    private static Tensor Rows(Tensor values) => values.reshape(values.shape[0], -1).to(ScalarType.Float64);

    private static double Mean(RowLog log) => log.Concatenate().Values.to(ScalarType.Float64).mean().item<double>();
}
