using System.Runtime.InteropServices;
using ModalityBalance.Data;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <content>What a batch gets, and which batches are refused.</content>
public sealed partial class TeacherCache
{
    /// <inheritdoc/>
    /// <remarks>Samples without a modality have zeros for its outputs and no part in its confidence, which is NaN when
    /// no sample has it. Targets are compared with those of the cache; on another device than the CPU, where that waits,
    /// those of the first batch, and of later ones type and shape.</remarks>
    /// <exception cref="ArgumentException">The batch has no sample indices, or one that is out of range; another number
    /// of modalities, or a sample with one that it did not have when the cache was made; or other targets.</exception>
    /// <exception cref="ObjectDisposedException">The cache is closed.</exception>
    public TeacherOutputs For(MultimodalBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var samples = CheckedSamples(batch);
        using var scope = NewDisposeScope();
        _records.CheckEqual(_description.Targets, samples, batch.Targets);
        return new TeacherOutputs(
            Modalities.Select((_, m) => Outputs(TeacherCacheDescription.Representation(m), batch, m)).ToArray(),
            Modalities.Select((_, m) => Outputs(TeacherCacheDescription.Logits(m), batch, m)).ToArray(),
            _confidences.Select((perSample, m) => TeacherConfidence.Mean(
                samples.Select(sample => perSample[sample]).ToArray(), batch.Present, m)).ToArray(),
            OverallConfidences);
    }

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
        batch.CheckModalities(Modalities, "cache");
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
