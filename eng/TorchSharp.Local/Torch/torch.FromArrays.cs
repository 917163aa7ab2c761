using System.Runtime.InteropServices;
using TorchSharp.Native;
using static TorchSharp.Native.NativeMethods;

namespace TorchSharp;

public static partial class torch
{
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) =>
        Copied<float>([scalar], [], null, device, requires_grad);

    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copied<double>([scalar], [], dtype, device, requires_grad);

    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) =>
        Copied<int>([scalar], [], null, device, requires_grad);

    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copied<long>([scalar], [], dtype, device, requires_grad);

    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Copied<bool>([scalar], [], dtype, device, requires_grad);

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<float>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<float>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(IList<float> rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<double>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<double>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(IList<double> rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<int>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<int>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(IList<int> rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<long>(dataArray, [dataArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<long>(dataArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(IList<long> rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<bool>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<bool>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(IList<bool> rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<byte>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<byte>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(IList<byte> rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        tensor(rawArray.ToArray(), dtype, device, requires_grad, names);

    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<float>(Flat<float>(rawArray), Shape(rawArray), dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(long[,] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<long>(Flat<long>(rawArray), Shape(rawArray), dtype, device, requires_grad), requires_grad, names);

    /// <summary>A tensor over the memory of the array, unless it needs another type or device.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static unsafe Tensor from_array(Array rawArray, ScalarType? dtype,
        Device? device = null, bool requires_grad = false, string[]? names = null)
    {
        ScalarType type = ToScalarType(rawArray.GetType().GetElementType()!);
        long[] shape = Shape(rawArray);
        var pin = GCHandle.Alloc(rawArray, GCHandleType.Pinned);
        nint handle;
        fixed (long* sizes = shape)
        {
            handle = ts_from_blob(pin.AddrOfPinnedObject(), sizes, shape.Length, (int)type, &Unpin, GCHandle.ToIntPtr(pin));
        }
        if (handle == 0)
        {
            pin.Free();
            throw Shim.Error();
        }
        return Unnamed(Placed(new Tensor(handle), dtype, device), requires_grad, names);
    }
}
