using ModalityBalance.Data;
using ModalityBalance.Distributed;
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
        CancellationToken cancellation = default) =>
        Evaluate(model, task, data, device, ProcessGroup.SingleProcess, cancellation);

    /// <summary>Scores the fused prediction and, where there are heads, each modality's own, in several processes that take turns
    /// over the batches. All of them return the scores of the whole data, those of one process.</summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="data">The samples; its epoch 0 is used.</param>
    /// <param name="device">The model's device in this process.</param>
    /// <param name="processes">The processes that share the work. All must call the method, with the same model and data.</param>
    /// <param name="cancellation">Asked before every batch. When one process is canceled, the others wait until their time
    /// limit.</param>
    /// <exception cref="ArgumentException">The data has no batch, or one of other modalities.</exception>
    /// <exception cref="TimeoutException">Another process did not take part in time.</exception>
    public static EvaluationResult Evaluate(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        ProcessGroup processes,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(processes);
        using var scope = NewDisposeScope();
        var logs = Enumerable.Range(0, 1 + (model.HasUnimodalHeads ? model.Modalities.Count : 0))
            .Select(_ => new RowLog(processes)).ToArray();
        Tensor[] like = [];
        long number = 0;
        ForEachBatch(model, data, device, Use, cancellation);
        TaskScores[] scores = [.. logs.Select(log => log.Score(task))];
        return new EvaluationResult(scores[0], model.HasUnimodalHeads ? scores[1..] : null);

        void Use(MultimodalBatch pulled)
        {
            // The first batch shows every process what predictions look like.
            bool isFirst = number == 0;
            bool isOwn = number++ % processes.Size == processes.Rank;
            var predictions = isFirst || isOwn ? Predict(model, pulled.To(device)) : like;
            if (isFirst)
            {
                like = [.. predictions.Select(prediction => prediction.cpu().MoveToOuterDisposeScope())];
            }

            foreach (var (i, log) in logs.Index())
            {
                long[]? rows = i == 0 ? null : pulled.Present?.Rows(i - 1);
                if (isOwn)
                {
                    log.Add(predictions[i], pulled.Targets, rows);
                }
                else
                {
                    log.AddPlace(like[i], pulled.Targets, rows);
                }
            }
        }
    }

    /// <summary>The representations of all samples, modality by modality.</summary>
    /// <inheritdoc cref="Evaluate(IMultimodalModel, LearningTask, IBatchSource, Device, CancellationToken)"/>
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
        CancellationToken cancellation) => ForEachBatch(
            model,
            data,
            device,
            pulled =>
            {
                var batch = pulled.To(device);
                use(batch, Encode(model, batch));
            },
            cancellation);

    /// <summary>Takes every batch once, in evaluation mode and without a graph.</summary>
    private static void ForEachBatch(
        IMultimodalModel model, IBatchSource data, Device device, Action<MultimodalBatch> use, CancellationToken cancellation)
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
                use(pulled);
            },
            cancellation);
    }

    private static Tensor[] Encode(IMultimodalModel model, MultimodalBatch batch) =>
        [.. model.Modalities.Select((_, m) => PresentRows.Encode(model, batch, m))];

    /// <summary>The fused prediction, then those of the heads. Each is made from copies, which a head may change.</summary>
    private static Tensor[] Predict(IMultimodalModel model, MultimodalBatch batch)
    {
        var representations = Encode(model, batch);
        return
        [
            model.Fuse([.. representations.Select(z => z.clone())], batch.Present?.Values),
            .. representations.Take(model.HasUnimodalHeads ? representations.Length : 0)
                .Select((z, m) => model.PredictUnimodal(m, z.clone())),
        ];
    }
}
