using System.Text.Json.Serialization;
using ModalityBalance.Internal;
using static TorchSharp.torch;

namespace ModalityBalance.Teachers;

/// <summary>One value of every record of a file: a tensor of fixed type and shape.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Dtype">Type of the elements.</param>
/// <param name="Shape">Without the batch.</param>
/// <param name="Bytes">Size.</param>
internal sealed record RecordField(
    string Name,
    [property: JsonConverter(typeof(JsonStringEnumConverter<ScalarType>))] ScalarType Dtype,
    long[] Shape,
    int Bytes)
{
    /// <summary>The field that holds the rows of a tensor [rows, ...].</summary>
    public static RecordField Of(string name, Tensor rows) => new(
        name, rows.dtype, rows.shape[1..], checked((int)(rows.NumberOfElements / rows.shape[0] * rows.ElementSize)));

    /// <summary>Refuses rows of another type or shape.</summary>
    public void Check(Tensor rows)
    {
        if (rows.dtype != Dtype || !rows.shape.AsSpan(1).SequenceEqual(Shape))
        {
            throw new ArgumentException(
                $"The {Name} must be {Dtype} of shape {Shape.Describe()} for every sample, but are {rows.dtype} of "
                + $"shape {rows.shape[1..].Describe()} in one batch.");
        }
    }
}
