using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    private static Tensor Copied<T>(ReadOnlySpan<T> values, ReadOnlySpan<long> shape, ScalarType? dtype, Device? device, bool requires_grad)
        where T : unmanaged
    {
        long count = 1;
        foreach (long size in shape)
        {
            count *= size;
        }
        if (count > values.Length)
        {
            throw new ArgumentException($"mismatched total size creating a tensor from an array: {count} vs. {values.Length}");
        }
        Tensor tensor = Ops.Empty.T(shape.ToArray(), ToScalarType(typeof(T)));
        MemoryMarshal.AsBytes(values[..(int)count]).CopyTo(tensor.Memory());
        return Placed(tensor, dtype, device).requires_grad_(requires_grad);
    }

    private static Tensor Placed(Tensor tensor, ScalarType? dtype, Device? device)
    {
        device = InitializeDevice(device);
        ScalarType type = dtype ?? tensor.dtype;
        return type == tensor.dtype && device.type == DeviceType.CPU ? tensor : tensor.PlacedOn(device, type);
    }

    private static long[] Shape(Array array)
    {
        var shape = new long[array.Rank];
        for (int i = 0; i < shape.Length; i++)
        {
            shape[i] = array.GetLongLength(i);
        }
        return shape;
    }

    private static ReadOnlySpan<T> Flat<T>(Array array)
        where T : unmanaged =>
        array.Length == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length);
}
