using System.Buffers.Binary;
using System.Collections;
using TorchSharp.PyBridge;
using static TorchSharp.torch;

namespace PyTorchWeights;

/// <summary>State dictionaries in files that PyTorch reads and writes: safetensors where the name ends so, else the format of
/// <c>torch.save</c>.</summary>
internal static class StateDictionary
{
    private const int MaxDifferences = 3;

    /// <summary>Copies a file's tensors into a module.</summary>
    /// <param name="module">Every parameter and buffer of it must be in the file, in its shape. The types may differ.</param>
    /// <param name="path">The file.</param>
    /// <param name="ignore">The keys of the file that may be left out; <see langword="null"/>, the default, for none.</param>
    /// <returns>The keys that were left out.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no state dictionary, or that of another network. The module is as it was.
    /// </exception>
    public static IReadOnlyList<string> Load(nn.Module module, string path, Func<string, bool>? ignore = null)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var file = Read(path);
        var state = module.state_dict();
        string[] left = [.. file.Keys.Where(key => !state.ContainsKey(key) && ignore?.Invoke(key) == true).Order()];
        string[] differences = [.. Differences(state, file, left)];
        if (differences.Length > 0)
        {
            string more = differences.Length > MaxDifferences ? $" and {differences.Length - MaxDifferences} more" : "";
            throw new InvalidDataException(
                $"{path} must hold the state of {module.GetName()}, but differs: "
                + $"{string.Join("; ", differences.Take(MaxDifferences))}{more}.");
        }

        foreach (var (key, tensor) in state)
        {
            tensor.copy_(file[key].reshape(tensor.shape));
        }

        return left;
    }

    /// <summary>Writes a module's parameters and buffers. The file is written beside its place and moved there when it is whole.
    /// </summary>
    /// <param name="module">The module.</param>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(nn.Module module, string path)
    {
        using var scope = NewDisposeScope();
        var state = module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().cpu().contiguous());
        string aside = $"{path}.new";
        try
        {
            using (var stream = File.Create(aside))
            {
                Write(stream, state, path);
            }

            File.Move(aside, path, overwrite: true);
        }
        finally
        {
            File.Delete(aside);
        }
    }

    private static void Write(Stream stream, Dictionary<string, Tensor> state, string path)
    {
        if (IsSafetensors(path))
        {
            Safetensors.SaveStateDict(stream, state, leaveOpen: true);
        }
        else
        {
            PyTorchPickler.PickleStateDict(stream, state, leaveOpen: true);
        }
    }

    private static Dictionary<string, Tensor> Read(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            if (IsSafetensors(path))
            {
                CheckHeader(stream);
                return Safetensors.LoadStateDict(stream, leaveOpen: true);
            }

            return PyTorchUnpickler.UnpickleStateDict(stream, leaveOpen: true)
                .Cast<DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (Tensor)entry.Value!);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or UnauthorizedAccessException))
        {
            // The reader of the file may fail in many ways; none of them says more than its first line.
            throw new InvalidDataException(
                $"{path} must be a state dictionary, saved by torch.save(model.state_dict(), path) or as safetensors, but is "
                + "not: "
                + e.Message.ReplaceLineEndings(" "), e);
        }
    }

    /// <summary>Refuses a length of the header that the file does not have, which would be allocated.</summary>
    private static void CheckHeader(FileStream stream)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(length);
        if (BinaryPrimitives.ReadUInt64LittleEndian(length) > (ulong)stream.Length)
        {
            throw new InvalidDataException("its header does not end within the file.");
        }

        stream.Position = 0;
    }

    private static IEnumerable<string> Differences(
        Dictionary<string, Tensor> state, Dictionary<string, Tensor> file, string[] left)
    {
        foreach (var (key, tensor) in state)
        {
            if (!file.TryGetValue(key, out var other))
            {
                yield return $"{key} is missing";
            }
            else if (!other.shape.SequenceEqual(tensor.shape) && !(other.numel() == 1 && tensor.numel() == 1))
            {
                // One element is one element: a scalar is read as a vector.
                yield return $"{key} has shape [{string.Join(", ", other.shape)}] instead of [{string.Join(", ", tensor.shape)}]";
            }
        }

        foreach (string key in file.Keys.Where(key => !state.ContainsKey(key)).Except(left))
        {
            yield return $"{key} is not part of it";
        }
    }

    private static bool IsSafetensors(string path) => path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
}
