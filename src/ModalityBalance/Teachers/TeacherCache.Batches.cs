using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <content>What a batch gets, and which batches are refused.</content>
public sealed partial class TeacherCache
{
    private double[] ReadConfidences(int modality, long[] samples)
    {
        using var scope = NewDisposeScope();
        var confidences = _records.Gather(TeacherCacheDescription.Confidence(modality), samples);
        return MemoryMarshal.Cast<byte, double>(confidences.bytes).ToArray();
    }

    /// <summary>One output of one teacher for a batch, on its device, in the dispose scope outside the open one.
    /// </summary>
    private Tensor Outputs(int field, MultimodalBatch batch, int modality)
    {
        Func<int, bool>? absent = batch.Present is { } present ? row => !present[row, modality] : null;
        var host = _records.Gather(field, batch.SampleIndices!, absent);
        return host.to(batch.Targets.device).MoveToOuterDisposeScope();
    }

    private IReadOnlyList<long> CheckedSamples(MultimodalBatch batch)
    {
        var samples = batch.SampleIndices
            ?? throw new ArgumentException(
                "batch must have sample indices, by which the cache finds its samples, but has none.", nameof(batch));
        if (batch.Inputs.Count != Modalities.Count)
        {
            throw new ArgumentException(
                $"batch must hold the {Modalities.Count} modalities of the cache ({string.Join(", ", Modalities)}), "
                + $"but holds {batch.Inputs.Count}.", nameof(batch));
        }

        foreach (var (row, sample) in samples.Index())
        {
            if (sample < 0 || sample >= Count)
            {
                throw new ArgumentException(
                    $"batch's sample indices must lie in [0, {Count - 1}], the samples of the cache, but one is "
                    + $"{sample}.", nameof(batch));
            }

            CheckPresent(batch, row, sample);
        }

        return samples;
    }

    private void CheckPresent(MultimodalBatch batch, int row, long sample)
    {
        for (int m = 0; m < Modalities.Count; m++)
        {
            if (batch.Present?[row, m] != false && double.IsNaN(_confidences[m][sample]))
            {
                throw new ArgumentException(
                    $"batch's sample {sample} must lack '{Modalities[m]}', as it did when the cache was made, but has "
                    + "it.", nameof(batch));
            }
        }
    }
}
