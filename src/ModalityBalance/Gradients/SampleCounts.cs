using ModalityBalance.Data;
using ModalityBalance.Distributed;
using static TorchSharp.torch;

namespace ModalityBalance.Gradients;

/// <summary>The numbers of samples of one batch that have each modality, and each pair of modalities, in every process.</summary>
internal sealed class SampleCounts
{
    private readonly MultimodalBatch _batch;
    private readonly int _rank;

    // [processes][1 + M^2]: all samples, then those with modality m and modality k. Null for a single process.
    private readonly long[][]? _counts;

    /// <summary>Counts. With several processes, all must do so; it costs one small sum and a read.</summary>
    public SampleCounts(MultimodalBatch batch, ProcessGroup processes)
    {
        (_batch, _rank) = (batch, processes.Rank);
        _counts = processes.Size == 1 ? null : Gather(processes);
    }

    /// <summary>All samples, in all processes.</summary>
    public long Total => _counts?.Sum(ofProcess => ofProcess[0]) ?? _batch.Size;

    /// <summary>The samples of the processes before this one.</summary>
    public long Before => _counts?.Take(_rank).Sum(ofProcess => ofProcess[0]) ?? 0;

    private int Modalities => _batch.Inputs.Count;

    /// <summary>The samples with two modalities, which may be the same, in all processes.</summary>
    public long With(int modality, int other) => InEach(modality, other).Sum();

    /// <summary>The samples with two modalities in each process.</summary>
    public IReadOnlyList<long> InEach(int modality, int other) => _counts is null
        ? [CountOf(modality, other)]
        : [.. _counts.Select(ofProcess => ofProcess[1 + (modality * Modalities) + other])];

    /// <summary>The samples of this process with two modalities.</summary>
    private long CountOf(int modality, int other)
    {
        if (_batch.Present is not { } present)
        {
            return _batch.Size;
        }

        long count = 0;
        for (long sample = 0; sample < _batch.Size; sample++)
        {
            count += present[sample, modality] && present[sample, other] ? 1 : 0;
        }

        return count;
    }

    private long[][] Gather(ProcessGroup processes)
    {
        using var scope = NewDisposeScope();
        long[] own =
        [
            _batch.Size,
            .. from m in Enumerable.Range(0, Modalities) from k in Enumerable.Range(0, Modalities) select CountOf(m, k),
        ];
        var all = processes.Gather(tensor(own));
        return [.. all.data<long>().ToArray().Chunk(own.Length)];
    }
}
