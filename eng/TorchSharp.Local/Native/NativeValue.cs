using System.Runtime.InteropServices;

namespace TorchSharp.Native;

/// <summary>What a value passed to or from the shim holds. Mirrors Tag in native/shim.cpp.</summary>
internal enum Tag
{
    Default, None, Tensor, Int, Double, Bool, Ints, Tensors, Device, String, Generator,
}

/// <summary>One argument or result as the shim sees it. Mirrors Value in native/shim.cpp.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct NativeValue
{
    [FieldOffset(0)] public Tag Tag;
    [FieldOffset(4)] public int Count;
    [FieldOffset(8)] public long Integer;
    [FieldOffset(8)] public double Real;
    [FieldOffset(8)] public nint Pointer;
}
