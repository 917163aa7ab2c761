using System.Text.Json.Serialization;
using ModalityBalance.Files;
using static TorchSharp.torch;

namespace ModalityBalance.Training.Checkpoints;

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
    /// <summary>Adds a tensor to a file.</summary>
    public static TensorEntry Write(CheckedFileWriter file, string section, string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var bytes = tensor.detach().cpu().contiguous().bytes;
        var place = new FileRange(file.Length, bytes.Length);
        file.Append(bytes);
        return new TensorEntry(section, name, tensor.dtype, tensor.shape, place);
    }

    /// <summary>The tensor, on the CPU; the open dispose scope owns it.</summary>
    public Tensor Read(CheckedFile file)
    {
        var tensor = empty(Shape, Dtype);
        file.Read(Place.Offset, tensor.bytes);
        return tensor;
    }
}

/// <summary>A part of a file's content.</summary>
/// <param name="Offset">From the content's beginning, in bytes.</param>
/// <param name="Length">In bytes.</param>
internal sealed record FileRange(long Offset, long Length);
