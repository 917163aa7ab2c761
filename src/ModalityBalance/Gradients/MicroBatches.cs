using ModalityBalance.Data;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>
/// An encoder's run in parts of the batch, for gradient accumulation: first without a graph, then, whenever it is
/// differentiated, part by part again, so that no more than one part's graph is in memory. The second run draws the same
/// random numbers (on the CPU) and leaves the buffers as the first left them.
/// </summary>
internal sealed class MicroBatches(nn.Module encoder, Func<ModalityInput, Tensor> encode, ModalityInput input, long size)
{
    private readonly Tensor _randomState = random.get_rng_state();

    /// <summary>The representations of all parts, [batch, ...]. Nothing else of a part is left when the next one runs.
    /// </summary>
    public Tensor Run()
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return cat(Offsets().Select(Alone).ToArray(), 0).MoveToOuterDisposeScope();

        Tensor Alone((long Offset, long Count) part)
        {
            using var ofPart = NewDisposeScope();
            return encode(input.Narrow(part.Offset, part.Count)).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Runs each part again, with a graph and a dispose scope of its own.</summary>
    /// <param name="use">Given a part's representations and the cut from tensors [batch, ...] to the part; what it
    /// returns goes to the scope outside.</param>
    public void Again(Func<Tensor, Func<Tensor, Tensor>, IEnumerable<Tensor>> use)
    {
        using var buffers = new BufferCopy(encoder);
        buffers.Take();
        using var randomState = random.get_rng_state();
        random.set_rng_state(_randomState);
        try
        {
            foreach (var (offset, count) in Offsets())
            {
                using var scope = NewDisposeScope();
                var encoded = WithGraph(input.Narrow(offset, count));
                foreach (var result in use(encoded, whole => whole.narrow(0, offset, count)))
                {
                    result.MoveToOuterDisposeScope();
                }
            }
        }
        finally
        {
            random.set_rng_state(randomState);
            buffers.PutBack();
        }
    }

    private Tensor WithGraph(ModalityInput part)
    {
        using var graph = set_grad_enabled(true);
        return encode(part);
    }

    /// <summary>The parts are as equal as can be, so that none is a remainder of one sample, over which batch normalization
    /// has no variance.</summary>
    private IEnumerable<(long Offset, long Count)> Offsets()
    {
        long parts = (input.BatchSize + size - 1) / size;
        for (long part = 0; part < parts; part++)
        {
            long offset = input.BatchSize * part / parts;
            yield return (offset, (input.BatchSize * (part + 1) / parts) - offset);
        }
    }
}
