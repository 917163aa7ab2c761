using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>One pass over data outside training.</summary>
internal static class BatchWalk
{
    /// <summary>Pulls and uses the batches of epoch 0, each inside a dispose scope of its own.</summary>
    public static void ForEachBatch(
        this IBatchSource data, Action<MultimodalBatch> use, CancellationToken cancellation)
    {
        using var batches = data.Batches(0).GetEnumerator();
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            if (!batches.MoveNext())
            {
                return;
            }

            use(batches.Current);
        }
    }
}
