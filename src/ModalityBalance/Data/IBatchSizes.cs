namespace ModalityBalance.Data;

/// <summary>A source that may know the sizes of its batches before they are pulled.</summary>
internal interface IBatchSizes
{
    /// <summary>The number of samples of the smallest batch, or null if it is unknown.</summary>
    long? SmallestBatch { get; }
}
