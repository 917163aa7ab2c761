using System.Security.Cryptography;
using System.Text;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Data;

/// <summary>The SHA-256 of tensors, bit for bit, on any device. Rows may come in batches of any size.</summary>
internal sealed class TensorHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private string _form = "";

    /// <summary>The digest of everything that a module's state holds, names included.</summary>
    public static string OfState(nn.Module module)
    {
        using var scope = NewDisposeScope();
        using var hash = new TensorHash();
        foreach (var (name, value) in module.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            hash.AddText($"{name} {value.Describe()}");
            hash.AddRows(value);
        }

        return hash.Finish();
    }

    /// <summary>Adds the rows of a tensor [rows, ...], and type and shape of a row where they change.</summary>
    public void AddRows(Tensor rows)
    {
        using var scope = NewDisposeScope();
        string form = $"{rows.dtype} {string.Join(' ', rows.shape.Skip(1))}";
        if (form != _form)
        {
            AddText(_form = form);
        }

        _hash.AppendData(rows.detach().cpu().contiguous().bytes);
    }

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>The digest in hexadecimal digits.</summary>
    public string Finish() => Convert.ToHexString(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();

    private void AddText(string text) => _hash.AppendData(Encoding.UTF8.GetBytes(text + '\n'));
}
