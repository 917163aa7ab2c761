using static TorchSharp.torch;

namespace TorchSharp.Native;

/// <summary>
/// An argument of an operator. Null of any kind is the schema's None; <see cref="Default"/> asks for the schema's default.
/// </summary>
internal readonly struct Arg
{
    internal readonly object? Reference;
    internal readonly long Bits;
    internal readonly Tag Tag;
    internal readonly int Count;

    private Arg(Tag tag, object? reference = null, long bits = 0, int count = 0)
    {
        Tag = tag;
        Reference = reference;
        Bits = bits;
        Count = count;
    }

    internal static Arg Default => default;

    internal static Arg None => new(Tag.None);

    public static implicit operator Arg(Tensor? value) => value is null ? None : new(Tag.Tensor, value, value.Handle);
    public static implicit operator Arg(Generator? value) => value is null ? None : new(Tag.Generator, value, value.Handle);
    public static implicit operator Arg(long value) => new(Tag.Int, bits: value);
    public static implicit operator Arg(long? value) => value is long given ? given : None;
    public static implicit operator Arg(double value) => new(Tag.Double, bits: BitConverter.DoubleToInt64Bits(value));
    public static implicit operator Arg(double? value) => value is double given ? given : None;
    public static implicit operator Arg(bool value) => new(Tag.Bool, bits: value ? 1 : 0);
    public static implicit operator Arg(ScalarType value) => (long)value;
    public static implicit operator Arg(ScalarType? value) => value is ScalarType given ? given : None;
    public static implicit operator Arg(Device? value) =>
        value is null ? None : new(Tag.Device, bits: (int)value.type, count: value.index);
    public static implicit operator Arg(Scalar? value) => value is null ? None : new(value.Tag, bits: value.Bits);
    public static implicit operator Arg(string value) => new(Tag.String, value, count: value.Length);
    public static implicit operator Arg(long[]? value) => value is null ? None : new(Tag.Ints, value, count: value.Length);
    public static implicit operator Arg(Tensor?[] value) => new(Tag.Tensors, value, count: value.Length);

    /// <summary>Words of scratch memory that this argument needs in a call.</summary>
    internal int Words => Tag switch
    {
        Tag.Ints or Tag.Tensors => Count,
        Tag.String => Count / sizeof(long) + 1,
        _ => 0,
    };
}
