using TorchSharp.Modules;

namespace TorchSharp;

public static class TensorExtensionMethods
{
    internal static float ToSingle(this torch.Tensor value) => value.ToScalar().ToSingle();
    internal static double ToDouble(this torch.Tensor value) => value.ToScalar().ToDouble();
    internal static int ToInt32(this torch.Tensor value) => value.ToScalar().ToInt32();
    internal static long ToInt64(this torch.Tensor value) => value.ToScalar().ToInt64();
    internal static bool ToBoolean(this torch.Tensor value) => value.ToScalar().ToBoolean();

    /// <summary>Element type, rank, sizes (LEB128 each), then the elements' bytes.</summary>
    public static void Save(this torch.Tensor tensor, BinaryWriter writer)
    {
        using torch.Tensor source = tensor.cpu();
        writer.Write7BitEncodedInt64((long)source.dtype);
        writer.Write7BitEncodedInt64(source.ndim);
        foreach (long size in source.shape)
        {
            writer.Write7BitEncodedInt64(size);
        }
        writer.Flush();
        source.WriteBytesToStream(writer.BaseStream);
    }

    /// <summary>Fills the tensor with what Save wrote of one of the same type and shape.</summary>
    public static void Load(this torch.Tensor tensor, BinaryReader reader, bool skip = false)
    {
        (torch.ScalarType type, long[] shape) = ReadHeader(reader);
        if (type != tensor.dtype || (!skip && !shape.AsSpan().SequenceEqual(tensor.shape)))
        {
            throw new ArgumentException("Mismatched tensor data types or shapes while loading. Make sure that the model you are loading into is exactly the same as the origin.");
        }
        using torch.Tensor loaded = ReadBody(reader, type, shape);
        if (!skip)
        {
            using IDisposable guard = torch.no_grad();
            tensor.copy_(loaded);
        }
    }

    /// <summary>Reads what Save wrote.</summary>
    public static torch.Tensor Load(BinaryReader reader, bool skip = false)
    {
        (torch.ScalarType type, long[] shape) = ReadHeader(reader);
        return ReadBody(reader, type, shape);
    }

    internal static Parameter AsParameter(this torch.Tensor tensor) => new(tensor);

    private static (torch.ScalarType Type, long[] Shape) ReadHeader(BinaryReader reader)
    {
        var type = (torch.ScalarType)reader.Read7BitEncodedInt64();
        var shape = new long[reader.Read7BitEncodedInt64()];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = reader.Read7BitEncodedInt64();
        }
        return (type, shape);
    }

    private static torch.Tensor ReadBody(BinaryReader reader, torch.ScalarType type, long[] shape)
    {
        torch.Tensor tensor = torch.empty(shape, type);
        tensor.ReadBytesFromStream(reader.BaseStream);
        return tensor;
    }
}
