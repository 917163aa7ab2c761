using ModalityBalance.Data;
using ModalityBalance.Internal;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Evaluation;

/// <summary>What a model says of new samples. The tensors are on the CPU and belong to the caller, or to the open dispose scope.
/// </summary>
/// <param name="Fused">From all modalities that a sample has: probabilities [samples, classes] or [samples, labels], or values
/// [samples] (<see cref="LearningTask.Interpret"/>).</param>
/// <param name="Unimodal">The same from each modality by itself, NaN for samples without it; <see langword="null"/> when the
/// model has no unimodal heads. They mean something only if a strategy trained the heads.</param>
public sealed record Prediction(Tensor Fused, IReadOnlyList<Tensor>? Unimodal)
{
    /// <summary>Runs a model on new samples, in evaluation mode and without a graph.</summary>
    /// <param name="model">The network; each part gets back the mode it had.</param>
    /// <param name="task">What it learned.</param>
    /// <param name="inputs">One input per modality, on any device, with the samples first. All are encoded at once.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="present">Which modalities each sample has; <see langword="null"/>, the default, when all are there.</param>
    /// <exception cref="ArgumentException">Inputs of other modalities, without samples, or of unequal numbers of samples.
    /// </exception>
    public static Prediction Of(
        IMultimodalModel model,
        LearningTask task,
        IReadOnlyList<ModalityInput> inputs,
        Device device,
        PresenceMask? present = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(inputs);
        long[] samples = [.. inputs.Select(input => input.BatchSize).Distinct()];
        if (samples is not [> 0])
        {
            throw new ArgumentException(
                "inputs must hold the same number of samples each, at least 1, but hold "
                + $"{string.Join(", ", inputs.Select(input => input.BatchSize).DefaultIfEmpty(0))}.", nameof(inputs));
        }

        using var scope = NewDisposeScope();
        var noTargets = zeros(samples);
        var source = BatchSource.From([new MultimodalBatch(inputs, noTargets, present)]);
        Prediction? result = null;
        Evaluator.ForEachEncoded(model, source, device, Use, CancellationToken.None);
        return result!;

        void Use(MultimodalBatch batch, Tensor[] representations)
        {
            var fused = model.Fuse([.. representations.Select(z => z.clone())], batch.Present?.Values);
            var unimodal = model.HasUnimodalHeads
                ? representations.Select((z, m) => OfPresent(model.PredictUnimodal(m, z), batch, m)).ToArray()
                : null;
            result = new Prediction(Finished(fused), unimodal?.Select(Finished).ToArray());
        }

        // Out of the scope of the batch and of this method.
        Tensor Finished(Tensor raw) =>
            task.Interpret(raw).cpu().MoveToOuterDisposeScope().MoveToOuterDisposeScope();
    }

    private static Tensor OfPresent(Tensor raw, MultimodalBatch batch, int modality) => batch.Present is { } present
        ? where(present.Values.select(1, modality).AlongBatch(raw.dim()), raw, full_like(raw, double.NaN))
        : raw;
}
