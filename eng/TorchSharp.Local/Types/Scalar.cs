using TorchSharp.Native;

namespace TorchSharp;

/// <summary>A number of one of the three kinds that operators tell apart.</summary>
public sealed class Scalar : IDisposable
{
    internal readonly Tag Tag;
    internal readonly long Bits;

    internal Scalar(Tag tag, long bits)
    {
        Tag = tag;
        Bits = bits;
    }

    private Scalar(double value)
        : this(Tag.Double, BitConverter.DoubleToInt64Bits(value))
    {
    }

    public torch.ScalarType Type => Tag switch
    {
        Tag.Double => torch.ScalarType.Float64,
        Tag.Bool => torch.ScalarType.Bool,
        _ => torch.ScalarType.Int64,
    };

    public static implicit operator Scalar(byte value) => new(Tag.Int, value);
    public static implicit operator Scalar(int value) => new(Tag.Int, value);
    public static implicit operator Scalar(long value) => new(Tag.Int, value);
    public static implicit operator Scalar(float value) => new(value);
    public static implicit operator Scalar(double value) => new(value);
    public static implicit operator Scalar(bool value) => new(Tag.Bool, value ? 1 : 0);

    /// <summary>Nothing to release here; the published one holds native memory.</summary>
    public void Dispose()
    {
    }
}

internal static class ScalarExtensionMethods
{
    internal static double ToDouble(this Scalar value) =>
        value.Tag == Tag.Double ? BitConverter.Int64BitsToDouble(value.Bits) : value.Bits;
    internal static float ToSingle(this Scalar value) => (float)value.ToDouble();
    internal static long ToInt64(this Scalar value) => value.Tag == Tag.Double ? (long)value.ToDouble() : value.Bits;
    internal static int ToInt32(this Scalar value) => (int)value.ToInt64();
    internal static bool ToBoolean(this Scalar value) => value.ToDouble() != 0;
}
