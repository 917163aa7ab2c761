using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ModalityBalance.Storage;
using static TorchSharp.torch;

namespace ModalityBalance.Training;

/// <summary>One tensor of a checkpoint.</summary>
/// <param name="Section">What it belongs to.</param>
/// <param name="Name">In that section.</param>
/// <param name="Dtype">Type of its elements.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Place">Where its elements are, row-major, little-endian.</param>
internal sealed record TensorEntry(
    string Section,
    string Name,
    [property: JsonConverter(typeof(JsonStringEnumConverter<ScalarType>))] ScalarType Dtype,
    long[] Shape,
    FileRange Place)
{
    /// <summary>A tensor's memory is accessible as bytes only in parts below 2 GiB.</summary>
    private const int LongestPart = 1 << 30;

    /// <summary>Adds a tensor to a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="section">What the tensor belongs to.</param>
    /// <param name="name">In that section.</param>
    /// <param name="tensor">The tensor, on any device.</param>
    /// <param name="part">Bytes that are written at once.</param>
    public static TensorEntry Write(
        CheckedFileWriter file, string section, string name, Tensor tensor, int part = LongestPart)
    {
        using var scope = NewDisposeScope();
        long start = file.Length;
        foreach (var elements in Parts(tensor.detach().cpu().contiguous(), part))
        {
            file.Append(elements.bytes);
        }

        return new TensorEntry(section, name, tensor.dtype, tensor.shape, new FileRange(start, file.Length - start));
    }

    /// <summary>The tensor, on the CPU; the open dispose scope owns it.</summary>
    /// <param name="file">The file that holds it.</param>
    /// <param name="part">Bytes that are read at once.</param>
    public Tensor Read(CheckedFile file, int part = LongestPart)
    {
        var tensor = empty(Shape, Dtype);
        using var scope = NewDisposeScope();
        long offset = Place.Offset;
        foreach (var elements in Parts(tensor, part))
        {
            var bytes = elements.bytes;
            file.Read(offset, bytes);
            offset += bytes.Length;
        }

        return tensor;
    }

    /// <summary>Refuses an entry whose place does not fit its shape.</summary>
    /// <exception cref="JsonException">It does not.</exception>
    public void Check()
    {
        using var none = Enum.IsDefined(Dtype) ? empty(0, Dtype) : throw new JsonException($"No dtype is {Dtype}.");
        var length = Shape.Aggregate((BigInteger)none.ElementSize, (product, size) => product * size);
        if (Shape.Any(size => size < 0) || length != Place.Length)
        {
            throw new JsonException(
                $"'{Section} {Name}' is {Dtype} of shape [{string.Join(", ", Shape)}], which are not {Place.Length} bytes.");
        }
    }

    /// <summary>Consecutive elements of a contiguous tensor, of its own memory.</summary>
    private static IEnumerable<Tensor> Parts(Tensor tensor, int bytes)
    {
        var elements = tensor.view(-1);
        long most = bytes / elements.ElementSize;
        for (long start = 0; start < elements.NumberOfElements; start += most)
        {
            yield return elements.narrow(0, start, Math.Min(most, elements.NumberOfElements - start));
        }
    }
}

/// <summary>A part of a file's content.</summary>
/// <param name="Offset">From the content's beginning, in bytes.</param>
/// <param name="Length">In bytes.</param>
internal sealed record FileRange(long Offset, long Length);
