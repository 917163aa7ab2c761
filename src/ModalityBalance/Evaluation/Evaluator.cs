using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>Runs a model over data: in evaluation mode, without a graph, on every sample.</summary>
public static class Evaluator
{
    /// <summary>Scores the fused prediction and, where there are heads, each modality's own.</summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="data">The samples; its epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <exception cref="ArgumentException">The data has no batch, or one of other modalities.</exception>
    public static EvaluationResult Evaluate(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        using var scope = NewDisposeScope();
        var fused = new RowLog();
        var unimodal = Enumerable.Range(0, model.HasUnimodalHeads ? model.Modalities.Count : 0)
            .Select(_ => new RowLog()).ToArray();
        ForEachEncoded(model, data, device, Use, cancellation);

        return new EvaluationResult(
            fused.Score(task), model.HasUnimodalHeads ? unimodal.Select(log => log.Score(task)).ToArray() : null);

        void Use(MultimodalBatch batch, Tensor[] representations)
        {
            fused.Add(model.Fuse([.. representations.Select(z => z.clone())], batch.Present?.Values), batch.Targets, null);
            for (int m = 0; m < unimodal.Length; m++)
            {
                unimodal[m].Add(model.PredictUnimodal(m, representations[m].clone()), batch.Targets, batch.Present?.Rows(m));
            }
        }
    }

    /// <summary>The representations of all samples, modality by modality.</summary>
    /// <inheritdoc cref="Evaluate"/>
    /// <returns>For each modality, the representations [samples, ...] and targets of the samples that have it, on the
    /// CPU; the caller, or the open dispose scope, owns them.</returns>
    public static IReadOnlyList<(Tensor Representations, Tensor Targets)> Represent(
        IMultimodalModel model, IBatchSource data, Device device, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        var logs = model.Modalities.Select(_ => new RowLog()).ToArray();
        ForEachEncoded(model, data, device, Use, cancellation);

        return logs.Select(log => log.Concatenate())
            .Select(rows => (rows.Values.MoveToOuterDisposeScope(), rows.Targets.MoveToOuterDisposeScope()))
            .ToArray();

        void Use(MultimodalBatch batch, Tensor[] representations)
        {
            for (int m = 0; m < logs.Length; m++)
            {
                logs[m].Add(representations[m], batch.Targets, batch.Present?.Rows(m));
            }
        }
    }

    /// <summary>Encodes every batch once, in evaluation mode and without a graph, where an encoder's output does not
    /// depend on the other samples.</summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="data">The samples; its epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="use">Given the batch on the device and one representation per modality, whatever is present; called
    /// inside the batch's dispose scope.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    internal static void ForEachEncoded(
        IMultimodalModel model,
        IBatchSource data,
        Device device,
        Action<MultimodalBatch, Tensor[]> use,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(device);
        using var claim = ModuleUse.Claim(model.Root);
        using var evaluation = EvaluationMode.Enter(model.Root);
        using var noGrad = no_grad();
        data.ForEachBatch(
            pulled =>
            {
                pulled.CheckModalities(model.Modalities, "model");
                var batch = pulled.To(device);
                use(batch, model.Modalities.Select((_, m) => PresentRows.Encode(model, batch, m)).ToArray());
            },
            cancellation);
    }
}
