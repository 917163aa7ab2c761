using ModalityBalance.Data;
using ModalityBalance.Evaluation;
using ModalityBalance.Models;
using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>What the intra-modal curriculum of a trained <see cref="I2MCL"/> takes for easy and for hard (Table 3).</summary>
public static class SampleCurriculum
{
    /// <summary>Weighs samples by their task loss under the present model and the present threshold (Eq. 12).</summary>
    /// <param name="strategy">One with sample weights that has trained.</param>
    /// <param name="model">The network that it has trained; it is afterwards as before.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="data">The samples; epoch 0 is used.</param>
    /// <param name="device">The model's device.</param>
    /// <param name="cancellation">Checked before every batch.</param>
    /// <returns>The samples in the order of the data.</returns>
    /// <exception cref="InvalidOperationException">The strategy has made no step, or weighs no samples.</exception>
    public static IReadOnlyList<WeighedSample> Of(
        I2MCL strategy,
        IMultimodalModel model,
        LearningTask task,
        IBatchSource data,
        Device device,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(task);
        using var scope = NewDisposeScope();
        var threshold = strategy.TaskThreshold ?? throw new InvalidOperationException(
            "strategy must have trained with sample weights, but has no threshold yet.");
        var samples = new List<WeighedSample>();
        Evaluator.ForEachEncoded(model, data, device, Use, cancellation);
        return samples;

        void Use(MultimodalBatch batch, Tensor[] representations)
        {
            var losses = task.LossPerSample(model.Fuse(representations, batch.Present?.Values), batch.Targets).to(ScalarType.Float64);
            var weights = SelfPacedWeight.Of(losses, threshold.to(losses.device), strategy.Beta);
            samples.AddRange(losses.cpu().data<double>().Zip(
                weights.cpu().data<double>(), (loss, weight) => new WeighedSample(loss, weight)));
        }
    }
}

/// <summary>A sample in the curriculum.</summary>
/// <param name="Loss">Its task loss.</param>
/// <param name="Weight">The weight of its loss, from 0 to e: above 1 for losses below the threshold, below 1 for those above.</param>
public readonly record struct WeighedSample(double Loss, double Weight);
