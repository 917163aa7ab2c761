using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>One teacher's outputs for a batch, on the batch's device; zeros for samples without the modality.</summary>
/// <param name="Representation">[batch, ...].</param>
/// <param name="Logits">[batch, ...], raw outputs of the head.</param>
/// <param name="Confidences">[batch], double; NaN for samples without the modality.</param>
internal sealed record TeacherPass(Tensor Representation, Tensor Logits, Tensor Confidences)
{
    /// <summary>Runs all teachers, in evaluation mode and without a graph. Threads that share teachers take turns.</summary>
    /// <returns>One per modality; the open dispose scope owns the tensors.</returns>
    public static TeacherPass[] Run(IMultimodalModel teachers, LearningTask task, MultimodalBatch batch)
    {
        batch.CheckModalities(teachers.Modalities, "teachers");
        lock (teachers.Root)
        {
            using var evaluation = EvaluationMode.Enter(teachers.Root);
            using var noGrad = no_grad();
            return teachers.Modalities.Select((_, m) => Run(teachers, task, batch, m)).ToArray();
        }
    }

    /// <summary>Refuses a model that cannot be a teacher.</summary>
    public static void CheckTeachers(IMultimodalModel teachers)
    {
        ArgumentNullException.ThrowIfNull(teachers);
        if (!teachers.HasUnimodalHeads)
        {
            throw new ArgumentException(
                "teachers must predict from each modality alone, but have no unimodal heads.", nameof(teachers));
        }
    }

    private static TeacherPass Run(IMultimodalModel teachers, LearningTask task, MultimodalBatch batch, int modality)
    {
        var representation = PresentRows.Encode(teachers, batch, modality);
        var logits = teachers.PredictUnimodal(modality, representation.clone()); // a head may begin in place
        var confidences = task.ConfidencePerSample(logits, batch.Targets).to(ScalarType.Float64);
        if (batch.Present is not { } present)
        {
            return new TeacherPass(representation, logits, confidences);
        }

        var samples = Enumerable.Range(0, (int)batch.Size);
        var here = tensor(samples.Select(sample => present[sample, modality]).ToArray(), device: logits.device);
        var wide = here.AlongBatch(logits.dim());
        return new TeacherPass(
            representation,
            where(wide, logits, zeros_like(logits)),
            where(here, confidences, full_like(confidences, double.NaN)));
    }
}
