using System.Security.Cryptography;
using System.Text;

namespace ModalityBalance.Data;

/// <summary>Which data it was, down to the last bit: part of a teacher cache's description.</summary>
/// <param name="Count">Number of samples.</param>
/// <param name="Inputs">One digest per modality.</param>
/// <param name="Targets">Digest of all targets.</param>
/// <param name="Present">Digest of which sample has which modality.</param>
internal sealed record DataDigest(long Count, string[] Inputs, string Targets, string Present)
{
    /// <summary>All of it in 16 hexadecimal digits.</summary>
    public string ToShortText() => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [.. Inputs, Targets, Present]))))[..16];

    /// <summary>What is different in other data; null when it is the same.</summary>
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
