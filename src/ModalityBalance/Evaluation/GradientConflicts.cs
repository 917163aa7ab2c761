using ModalityBalance.Data;
using ModalityBalance.Gradients;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>Compares, encoder by encoder, the gradients of the fused loss and of the modality's own loss on given
/// batches, in training mode as a step would see them, and leaves no trace in the model.</summary>
internal static class GradientConflicts
{
    /// <summary>Measures a model.</summary>
    /// <param name="model">A network with unimodal heads. Its parameters, gradients, buffers and modes, and the state
    /// of the CPU's generator of random numbers, are afterwards as before.</param>
    /// <param name="task">What it learns.</param>
    /// <param name="data">The batches to measure on, in the size that matters; epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Asked before every batch.</param>
    /// <returns>Per modality; null for an encoder that has nothing to learn from any batch.</returns>
    /// <exception cref="ArgumentException">The model has no unimodal heads.</exception>
    public static IReadOnlyList<ConflictSummary?> Measure(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        CancellationToken cancellation = default)
    {
        using var rows = new DeviceRows();
        ForEachBatch(
            model,
            task,
            data,
            device,
            encoders => rows.Add(encoders.Select(pair => EncoderComparison.Entry(pair, device))),
            cancellation);
        var read = rows.Read();
        return [.. model.Modalities.Select((_, m) => ConflictSummary.Of(read.Select(row => row[m])))];
    }

    /// <summary>Passes every batch to a use, with the gradients of every encoder: see <see cref="EncoderComparison.Gradients"/>.
    /// </summary>
    /// <inheritdoc cref="Measure"/>
    public static void ForEachBatch(
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        Action<IEnumerable<(IReadOnlyList<Tensor> First, IReadOnlyList<Tensor> Second)?>> use,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(device);
        if (!model.HasUnimodalHeads)
        {
            throw new ArgumentException(
                "model must predict from each modality alone, but has no unimodal heads.", nameof(model));
        }

        using var graph = set_grad_enabled(true);
        using var state = new ModelStateScope(model.Root);
        model.Root.train();
        data.ForEachBatch(batch =>
        {
            var step = new TrainingStep(model, task, batch.To(device));
            step.Encode();
            var fused = step.GradientAtRepresentations(step.TaskLoss());
            use(EncoderComparison.Gradients(step, fused, step.GradientAtRepresentations(step.UnimodalLossSum())));
        }, cancellation);
    }
}
