using ModalityBalance.Data;
using ModalityBalance.Distributed;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Strategies;

/// <summary>The mean representation of every class, modality by modality, over the samples that have the modality. Sums are taken
/// at least in float32; the open dispose scope owns them.</summary>
internal sealed class ClassMeans(int modalities, long classes)
{
    private readonly Tensor?[] _sums = new Tensor?[modalities];
    private readonly Tensor?[] _counts = new Tensor?[modalities];
    private readonly ScalarType[] _types = new ScalarType[modalities];

    /// <summary>Adds the representations of a batch.</summary>
    public void Add(MultimodalBatch batch, IReadOnlyList<Tensor> representations)
    {
        for (int m = 0; m < _sums.Length; m++)
        {
            var z = representations[m].flatten(1);
            _types[m] = z.dtype;
            var type = z.HasSixteenBits() ? ScalarType.Float32 : z.dtype;
            var here = batch.Present?.Values.select(1, m).to(type) ?? ones(batch.Size, type, z.device);
            var members = nn.functional.one_hot(batch.Targets, classes).to(type) * here.unsqueeze(1);
            (_sums[m], _counts[m]) = (Plus(_sums[m], members.t().matmul(z.to(type))), Plus(_counts[m], members.sum([0L])));
        }
    }

    /// <summary>Adds up what all processes have added.</summary>
    public void SumOver(ProcessGroup processes)
    {
        foreach (var sum in _sums.Concat(_counts))
        {
            processes.Sum(sum!);
        }
    }

    /// <summary>The means, [classes, features], in the type of the representations; zeros for classes without samples.</summary>
    public Tensor Mean(int modality) =>
        (_sums[modality]! / _counts[modality]!.clamp(min: 1).unsqueeze(1)).to(_types[modality]);

    /// <summary>The classes that have samples with the modality, bool [classes].</summary>
    public Tensor Seen(int modality) => _counts[modality]!.gt(0);

    /// <summary>A sum that outlives the dispose scope of its batch.</summary>
    private static Tensor Plus(Tensor? sum, Tensor term)
    {
        if (sum is not null)
        {
            return sum.add_(term);
        }

        return term.clone().MoveToOuterDisposeScope();
    }
}
