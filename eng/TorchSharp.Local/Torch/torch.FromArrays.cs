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

    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<float>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<float>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<double>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<double>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<long>(dataArray, [dataArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<bool>(rawArray, [rawArray.LongLength], dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<bool>(rawArray, dimensions, dtype, device, requires_grad), requires_grad, names);

    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null,
        Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Unnamed(Copied<double>(Flat<double>(rawArray), Shape(rawArray), dtype, device, requires_grad), requires_grad, names);
}
