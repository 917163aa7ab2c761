using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Diagnosis;

/// <summary>Linear probes, of fixed penalty, on what teachers and joint model make of each modality.</summary>
internal sealed class ProbeComparison(LearningTask task, DiagnosisOptions options)
{
    /// <summary>Fits probes on the training data and scores them on the held-out data.</summary>
    /// <returns>Per modality the scores on the teacher's and on the joint model's representations, and those of the
    /// constant of least training loss.</returns>
    public IReadOnlyList<(TaskScores Teacher, TaskScores Joint, TaskScores Constant)> Of(
        IMultimodalModel joint, IMultimodalModel teachers, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var fit = Rows(joint, options.Train, nameof(options.Train));
        var held = Rows(joint, options.HeldOut, nameof(options.HeldOut));
        var taughtFit = Rows(teachers, options.Train, nameof(options.Train));
        var taughtHeld = Rows(teachers, options.HeldOut, nameof(options.HeldOut));
        return [.. joint.Modalities.Select((_, m) => (
            Score(taughtFit[m], taughtHeld[m]),
            Score(fit[m], held[m]),
            Score(WithoutFeatures(fit[m]), WithoutFeatures(held[m]))))];

        IReadOnlyList<(Tensor Representations, Tensor Targets)> Rows(
            IMultimodalModel model, IBatchSource data, string name) =>
            ProbeRows.Of(model, data, name, options.Device, cancellation);
    }

    private TaskScores Score(
        (Tensor Representations, Tensor Targets) fit, (Tensor Representations, Tensor Targets) held) =>
        LinearProbe.Fit(fit.Representations, fit.Targets, task).Score(held.Representations, held.Targets);

    /// <summary>A feature that is always zero, so that only the bias predicts.</summary>
    private static (Tensor Representations, Tensor Targets) WithoutFeatures(
        (Tensor Representations, Tensor Targets) rows) => (zeros(rows.Targets.shape[0], 1), rows.Targets);
}
