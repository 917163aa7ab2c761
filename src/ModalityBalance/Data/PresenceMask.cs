using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>
/// Which modalities each sample of a batch has. It lives on the host, so that choosing the samples to encode costs no
/// read from the device; <see cref="Values"/> is its copy there.
/// </summary>
public sealed class PresenceMask
{
    private readonly bool[,] _present;
    private readonly Device _device;
    private Tensor? _values;

    /// <summary>Makes a mask.</summary>
    /// <param name="present">[batch, M]; true where the sample has the modality. It is copied.</param>
    /// <param name="device">Where the batch is; the CPU by default.</param>
    public PresenceMask(bool[,] present, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(present);
        _present = (bool[,])present.Clone();
        _device = device ?? CPU;
    }

    /// <summary>Samples in the batch.</summary>
    public long BatchSize => _present.GetLength(0);

    /// <summary>Number of modalities, M.</summary>
    public int Modalities => _present.GetLength(1);

    /// <summary>The mask as a tensor: bool, [batch, M], on the batch's device. It belongs to the dispose scope that is
    /// open when it is first asked for, and is created again when that has ended.</summary>
    public Tensor Values =>
        _values is { IsInvalid: false }
            ? _values
            : _values = tensor(_present.Cast<bool>().ToArray(), [BatchSize, Modalities], device: _device);

    /// <summary>Whether a sample has a modality.</summary>
    /// <param name="sample">Index in [0, batch).</param>
    /// <param name="modality">Index in [0, M).</param>
    public bool this[long sample, int modality] => _present[sample, modality];

    /// <summary>Samples that have a modality, in ascending order.</summary>
    /// <param name="modality">Index in [0, M).</param>
    public long[] Rows(int modality)
    {
        var rows = new List<long>();
        for (long sample = 0; sample < BatchSize; sample++)
        {
            if (_present[sample, modality])
            {
                rows.Add(sample);
            }
        }

        return [.. rows];
    }

    /// <summary>The same mask for a batch on <paramref name="device"/>.</summary>
    public PresenceMask To(Device device) => new(_present, device);

    /// <summary>The mask of some of the samples.</summary>
    /// <param name="samples">Indices in [0, batch), in the order wanted.</param>
    public PresenceMask Select(IReadOnlyList<long> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var chosen = new bool[samples.Count, Modalities];
        for (int i = 0; i < samples.Count; i++)
        {
            for (int m = 0; m < Modalities; m++)
            {
                chosen[i, m] = _present[samples[i], m];
            }
        }

        return new PresenceMask(chosen, _device);
    }

    /// <summary>The mask of several batches one after the other; null if none has one.</summary>
    internal static PresenceMask? Concatenate(IReadOnlyList<MultimodalBatch> batches)
    {
        if (batches.All(batch => batch.Present is null))
        {
            return null;
        }

        int modalities = batches[0].Inputs.Count;
        var all = new bool[batches.Sum(batch => batch.Size), modalities];
        long row = 0;
        foreach (var batch in batches)
        {
            for (long sample = 0; sample < batch.Size; sample++, row++)
            {
                for (int m = 0; m < modalities; m++)
                {
                    all[row, m] = batch.Present?[sample, m] ?? true;
                }
            }
        }

        return new PresenceMask(all, batches[0].Targets.device);
    }
}
