using ModalityBalance.Data;
using ModalityBalance.Distributed;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>The numbers of samples of one batch that have each modality, and each pair of modalities, in every process.</summary>
internal sealed class SampleCounts
{
    private readonly int _modalities;
    private readonly int _rank;

    // [processes][1 + M^2]: all samples, then those with modality m and modality k.
    private readonly long[][] _counts;

    /// <summary>Counts. With several processes, all must do so; it costs one small sum and a read.</summary>
    public SampleCounts(MultimodalBatch batch, ProcessGroup processes)
    {
        (_modalities, _rank) = (batch.Inputs.Count, processes.Rank);
        long[] own = [batch.Size, .. Pairs().Select(pair => CountOf(batch.Present, pair.First, pair.Second, batch.Size))];
        _counts = processes.Size == 1 ? [own] : Gather(own, processes);
    }

    /// <summary>All samples, in all processes.</summary>
    public long Total => _counts.Sum(ofProcess => ofProcess[0]);

    /// <summary>The samples of the processes before this one.</summary>
    public long Before => _counts.Take(_rank).Sum(ofProcess => ofProcess[0]);

    /// <summary>The samples with two modalities, which may be the same, in all processes.</summary>
    public long With(int modality, int other) => InEach(modality, other).Sum();

    /// <summary>The samples with two modalities in each process.</summary>
    public IReadOnlyList<long> InEach(int modality, int other) =>
        [.. _counts.Select(ofProcess => ofProcess[1 + (modality * _modalities) + other])];

    private static long CountOf(PresenceMask? present, int modality, int other, long size)
    {
        if (present is null)
        {
            return size;
        }

        long count = 0;
        for (long sample = 0; sample < size; sample++)
        {
            count += present[sample, modality] && present[sample, other] ? 1 : 0;
        }

        return count;
    }

    private static long[][] Gather(long[] own, ProcessGroup processes)
    {
        using var scope = NewDisposeScope();
        var all = processes.Gather(tensor(own));
        return [.. all.data<long>().ToArray().Chunk(own.Length)];
    }

    private IEnumerable<(int First, int Second)> Pairs() =>
        from m in Enumerable.Range(0, _modalities) from k in Enumerable.Range(0, _modalities) select (m, k);
}
