using System.Security.Cryptography;
using System.Text;

namespace ModalityBalance.Data;

/// <summary>Digests data batch by batch.</summary>
internal sealed class DataHash : IDisposable
{
    private readonly TensorHash _targets = new();
    private readonly TensorHash _present = new();
    private TensorHash[][] _inputs = [];

    /// <summary>Samples so far.</summary>
    public long Count { get; private set; }

    /// <summary>The digest of a whole source: one pass over it.</summary>
    public static DataDigest Of(IBatchSource data, CancellationToken cancellation)
    {
        using var hash = new DataHash();
        data.ForEachBatch(hash.Add, cancellation);
        return hash.Finish();
    }

    public void Add(MultimodalBatch batch)
    {
        if (Count == 0)
        {
            _inputs = batch.Inputs.Select(input => input.Tensors.Select(_ => new TensorHash()).ToArray()).ToArray();
        }

        foreach (var (hashes, input) in _inputs.Zip(batch.Inputs))
        {
            foreach (var (hash, tensor) in hashes.Zip(input.Tensors))
            {
                hash.AddRows(tensor);
            }
        }

        _targets.AddRows(batch.Targets);
        _present.Add(Presence(batch));
        Count += batch.Size;
    }

    public DataDigest Finish() => new(
        Count,
        _inputs.Select(hashes => string.Join(' ', hashes.Select(hash => hash.Finish()))).ToArray(),
        _targets.Finish(),
        _present.Finish());

    public void Dispose()
    {
        foreach (var hash in _inputs.SelectMany(hashes => hashes).Append(_targets).Append(_present))
        {
            hash.Dispose();
        }
    }

    /// <summary>A byte per sample and modality: a batch without a mask is one in which all are there.</summary>
    private static byte[] Presence(MultimodalBatch batch)
    {
        int modalities = batch.Inputs.Count;
        return Enumerable.Range(0, (int)batch.Size * modalities)
            .Select(i => batch.Present?[i / modalities, i % modalities] ?? true)
            .Select(there => there ? (byte)1 : (byte)0).ToArray();
    }
}

/// <summary>A digest of the data, down to the last bit: part of a teacher cache's description.</summary>
/// <param name="Count">Number of samples.</param>
/// <param name="Inputs">One digest per modality.</param>
/// <param name="Targets">Digest of all targets.</param>
/// <param name="Present">Digest of which sample has which modality.</param>
internal sealed record DataDigest(long Count, string[] Inputs, string Targets, string Present)
{
    /// <summary>All of it in 16 hexadecimal digits.</summary>
    public string ToShortText() => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [.. Inputs, Targets, Present]))))[..16];

    /// <summary>The difference from other data, or null if there is none.</summary>
    public string? DifferenceTo(DataDigest other, IReadOnlyList<string> modalities)
    {
        if (Count != other.Count)
        {
            return $"it holds {Count} samples, but the data has {other.Count}";
        }

        if (Inputs.Length != other.Inputs.Length)
        {
            return $"it holds {Inputs.Length} modalities, but the data has {other.Inputs.Length}";
        }

        int changed = Inputs.Zip(other.Inputs).TakeWhile(pair => pair.First == pair.Second).Count();
        return changed < Inputs.Length ? $"the inputs of '{modalities[changed]}' differ"
            : Targets != other.Targets ? "the targets differ"
            : Present != other.Present ? "other samples lack a modality"
            : null;
    }
}
