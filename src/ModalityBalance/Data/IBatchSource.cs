namespace ModalityBalance.Data;

/// <summary>A source of batches: a data set, or any loader of your own.</summary>
public interface IBatchSource
{
    /// <summary>Batches in an epoch, for progress; null if not known before.</summary>
    int? BatchCount { get; }

    /// <summary>A description of the batches and their order. A run is not resumed with data of another
    /// description. Empty, the default, if unknown.</summary>
    string Description => "";

    /// <summary>The batches of one epoch, in the order to be used. They are pulled one at a time inside the dispose
    /// scope of the step that uses them: tensors made while pulling are freed after it, others stay.</summary>
    /// <param name="epoch">From 0; the same epoch gives the same batches.</param>
    /// <returns>At least one batch, whenever it is asked.</returns>
    IEnumerable<MultimodalBatch> Batches(int epoch);
}
