using ModalityBalance.Tasks;
using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>Samples held in memory, one tensor per modality input, on any device. The tensors stay the caller's.
/// </summary>
public sealed class MultimodalDataset
{
    // Rows of a pass over the data, of which each is a copy.
    private const int DigestBatch = 256;

    private readonly MultimodalBatch _all;
    private readonly Lazy<string> _digest;

    /// <summary>Takes the samples and checks their targets once.</summary>
    /// <param name="inputs">One input per modality, each with the samples as first dimension.</param>
    /// <param name="targets">The targets of all samples.</param>
    /// <param name="task">What the targets are.</param>
    /// <param name="present">Which modalities each sample has; null when all are there.</param>
    /// <exception cref="ArgumentException">Unequal sample counts, or targets that the task refuses.</exception>
    public MultimodalDataset(
        IReadOnlyList<ModalityInput> inputs, Tensor targets, LearningTask task, PresenceMask? present = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        _all = new MultimodalBatch(inputs, targets, present);
        task.CheckTargets(targets);
        _digest = new Lazy<string>(() =>
            DataHash.Of(InOrder((int)Math.Min(Count, DigestBatch)), CancellationToken.None).ToShortText());
    }

    /// <summary>Number of samples.</summary>
    public long Count => _all.Size;

    /// <summary>All targets, [samples, ...].</summary>
    public Tensor Targets => _all.Targets;

    /// <summary>Stands for the samples, bit for bit; made in one pass over them when first asked for.</summary>
    internal string Digest => _digest.Value;

    /// <summary>Every sample once per epoch in a new order, which depends only on seed and epoch.</summary>
    /// <param name="batchSize">In [1, <see cref="Count"/>]; the last batch holds what is left.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="dropLast">Whether a last partial batch is left out. Defaults to <see langword="false"/>. Batch
    /// normalization cannot be trained on a batch of one sample.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch is empty or larger than the data.</exception>
    public IBatchSource Shuffled(int batchSize, int seed, bool dropLast = false) =>
        Batches(batchSize, seed, dropLast);

    /// <summary>Every sample once, in order.</summary>
    /// <inheritdoc cref="Shuffled"/>
    public IBatchSource InOrder(int batchSize, bool dropLast = false) =>
        Batches(batchSize, null, dropLast);

    /// <summary>The chosen samples.</summary>
    /// <param name="samples">Indices in [0, <see cref="Count"/>).</param>
    /// <returns>New tensors on the data's device; the caller, or the open dispose scope, owns them.</returns>
    public MultimodalBatch Select(IReadOnlyList<long> samples)
    {
        using var rows = tensor(samples.ToArray(), device: Targets.device);
        return new MultimodalBatch(
            _all.Inputs.Select(input => input.Select(rows)).ToArray(),
            Targets.index_select(0, rows),
            _all.Present?.Select(samples),
            samples);
    }

    private SampleBatches Batches(int batchSize, int? seed, bool dropLast) =>
        new(Count, batchSize, seed, dropLast, (samples, _) => Select(samples), () => Digest);
}
