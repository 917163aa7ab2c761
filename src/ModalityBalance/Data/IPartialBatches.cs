using ModalityBalance.Distributed;

namespace ModalityBalance.Data;

/// <summary>A source that may load one process's part of every batch without the rest.</summary>
internal interface IPartialBatches
{
    /// <summary>Whether it can; otherwise it only has whole batches.</summary>
    bool HasParts { get; }

    /// <summary>Returns <see cref="MultimodalBatch.PartFor"/> of every batch of an epoch.</summary>
    IEnumerable<MultimodalBatch> Parts(int epoch, ProcessGroup processes);
}
