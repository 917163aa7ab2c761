using ModalityBalance.Distributed;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>Several tensors that are summed over all processes in one collective per type. A tensor that is missing in one
/// process counts as zero there, and is missing in the sum only if it is in all.</summary>
internal sealed class TensorBucket
{
    private readonly ProcessGroup _processes;
    private readonly IReadOnlyList<Tensor> _like;
    private readonly (int[] Places, Tensor Flat)[] _flats;

    private TensorBucket(ProcessGroup processes, IReadOnlyList<Tensor?> tensors, IReadOnlyList<Tensor> like)
    {
        (_processes, _like) = (processes, like);
        using var noGrad = no_grad();
        _flats = [.. like.Index().GroupBy(entry => WideType(entry.Item.dtype), entry => entry.Index)
            .Select(group => ((int[])[.. group], Flat([.. group], group.Key, tensors)))];
    }

    /// <summary>Begins to sum.</summary>
    /// <param name="processes">More than one.</param>
    /// <param name="tensors">Dense or sparse; null for what is missing.</param>
    /// <param name="like">Tensors of the same shapes, types and devices.</param>
    public static TensorBucket BeginSum(ProcessGroup processes, IReadOnlyList<Tensor?> tensors, IReadOnlyList<Tensor> like)
    {
        var bucket = new TensorBucket(processes, tensors, like);
        foreach (var (_, flat) in bucket._flats)
        {
            processes.BeginSum(flat);
        }

        return bucket;
    }

    /// <summary>Begins to sum the gradients that parameters hold, for <see cref="EndSumOfGradients"/>.</summary>
    public static TensorBucket BeginSumOfGradients(ProcessGroup processes, IReadOnlyList<Tensor> parameters) =>
        BeginSum(processes, [.. parameters.Select(parameter => parameter.grad)], parameters);

    /// <summary>Waits for the sums, and sets them as gradients; null for a parameter that no process reached.</summary>
    public void EndSumOfGradients()
    {
        foreach (var (parameter, sum) in _like.Zip(EndSum()))
        {
            parameter.grad = sum;
        }
    }

    /// <summary>Waits for the sums.</summary>
    /// <returns>One tensor each; null for what is missing in all processes.</returns>
    public Tensor?[] EndSum()
    {
        _processes.EndSums();
        using var noGrad = no_grad();
        var sums = new Tensor?[_like.Count];
        foreach (var (places, flat) in _flats)
        {
            using var read = NewDisposeScope();
            var reached = flat.narrow(0, flat.shape[0] - places.Length, places.Length).gt(0).cpu().data<bool>().ToArray();
            long offset = 0;
            foreach (var (i, place) in places.Index())
            {
                long length = _like[place].numel();
                sums[place] = reached[i]
                    ? flat.narrow(0, offset, length).reshape(_like[place].shape).to(_like[place].dtype).MoveToOuterDisposeScope()
                    : null;
                offset += length;
            }
        }

        return sums;
    }

    /// <summary>The tensors one after the other, and at the end a 1 for each that is there, else a 0.</summary>
    private Tensor Flat(int[] places, ScalarType type, IReadOnlyList<Tensor?> tensors)
    {
        using var scope = NewDisposeScope();
        var device = _like[places[0]].device;
        var parts = places.Select(place => (tensors[place] is { } there
            ? there.is_sparse ? there.to_dense() : there
            : zeros_like(_like[place])).detach().to(type).flatten());
        double[] flags = [.. places.Select(place => tensors[place] is null ? 0.0 : 1)];
        return cat([.. parts, tensor(flags, type, device)], 0).MoveToOuterDisposeScope();
    }

    private static ScalarType WideType(ScalarType type) => ProcessGroup.IsSummable(type) ? type : ScalarType.Float32;
}
